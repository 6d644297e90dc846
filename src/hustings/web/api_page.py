"""The description of the API in, a page that says what each address takes and sends out."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from hustings.web.templating import page

api_routes = APIRouter(include_in_schema=False)


@api_routes.get("/api")
async def api_page(request: Request) -> HTMLResponse:
    """Every endpoint with its parameters."""
    described = request.app.openapi()
    shapes = described["components"]["schemas"]
    found = [
        {
            "path": path,
            "method": method.upper(),
            "summary": about["summary"],
            "says": about.get("description", ""),
            "takes": [_parameter(each, each["schema"]) for each in about.get("parameters", ())] or _form(about, shapes),
        }
        for path, methods in described["paths"].items()
        for method, about in methods.items()
    ]
    return page("api.html", here="API", endpoints=found, origin=str(request.base_url).rstrip("/"))


def _parameter(about: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    kinds = schema.get("anyOf", [schema])
    kind = next((each for each in kinds if each.get("type") != "null"), kinds[0])
    several = kind.get("type") == "array"
    inner = kind.get("items", kind) if several else kind
    word = "file" if inner.get("contentMediaType") or inner.get("format") == "binary" else "|".join(inner.get("enum", ())) or inner.get("type", "")
    bounds = [f"{sign} {int(kind[key]):,}" for key, sign in (("minimum", "from"), ("maximum", "to"), ("maxItems", "at most")) if key in kind]
    default = schema.get("default")
    return {
        "name": about["name"],
        "required": about.get("required", False),
        "kind": " ".join([word, *(["repeatable"] if several else []), *bounds]),
        "default": "" if default in (None, "", []) else ", ".join(default) if isinstance(default, list) else default,
        "says": about.get("description") or schema.get("description", ""),
    }


def _form(about: dict[str, Any], shapes: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields of a form that is sent."""
    if "requestBody" not in about:
        return []
    (content,) = about["requestBody"]["content"].values()
    shape = shapes[content["schema"]["$ref"].rpartition("/")[2]]
    return [_parameter({"name": name, "required": name in shape.get("required", ())}, schema) for name, schema in shape["properties"].items()]
