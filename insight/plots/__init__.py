"""One module a measure module, same name: a result table in, a plotly figure out."""
