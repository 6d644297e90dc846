"""How the papers of one district are counted: engines that know no law, and methods that are the law."""
