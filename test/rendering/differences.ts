/** What MLflow renders and this server refuses, each with an example and the reason. */
export const refusedHere: readonly {
  readonly example: string;
  readonly reason: string;
  /** What the error says. */
  readonly error: RegExp;
}[] = [
  {
    example: "{% if true %}{{ words | map('upper') }}{% endif %}",
    reason: "Python prints an address in memory: the filter `list` or `join` is missing",
    error: /a generator cannot be printed/,
  },
  {
    example: "{% if true %}{{ d.items }}{% endif %}",
    reason: "Python prints an address in memory: the brackets of the call are missing",
    error: /a function cannot be printed/,
  },
  {
    example: "{% if true %}{{ text | urlize }}{% endif %}",
    reason: "links for HTML",
    error: /no filter named "urlize"/,
  },
  {
    example: "{% if true %}{{ text.encode() }}{% endif %}",
    reason: "bytes: also `format_map`, `maketrans`, `translate`",
    error: /"\w+" of a \w+ is not supported/,
  },
  {
    example: "{% if true %}{{ (-8) ** 0.5 }}{% endif %}",
    reason: "complex numbers",
    error: /complex numbers are not supported/,
  },
  {
    example: "{% if true %}{{ text is sameas(text) }}{% endif %}",
    reason: "whether equal texts, floats or large ints are one object depends on Python's memory",
    error: /same object is not defined/,
  },
  {
    example: "{% if true %}{{ lipsum() }}{% endif %}",
    reason: "its text is random",
    error: /lipsum\(\) is not supported/,
  },
  {
    example: "{% block title %}{{ name }}{% endblock %}",
    reason: "a prompt is a single template",
    error: /"block" is not supported/,
  },
  {
    example: "{% autoescape true %}{{ name }}{% endautoescape %}",
    reason: "nothing is escaped for HTML",
    error: /"autoescape" is not supported/,
  },
  {
    example: "{% if true %}{{ 'x' * 10000001 }}{% endif %}",
    reason: "more than 10,000,000 characters of text, or 1,000,000 steps",
    error: /Rendering the template was stopped/,
  },
];
