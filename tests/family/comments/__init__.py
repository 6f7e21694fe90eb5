"""Family-history comments with what a reader wrote down of them beforehand; all made up."""
