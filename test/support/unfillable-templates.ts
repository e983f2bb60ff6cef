/**
 * Templates that contain `{%` and `%}`, as published prompts do, and that Jinja2 fails on with all
 * values: why, the text, and a part of the problem.
 */
export const unfillable: readonly (readonly [why: string, text: string, problem: string])[] = [
  ["Liquid", 'Hi\n{% assign tone = "kind" %}', '"assign" is an unknown or misplaced tag (line 2)'],
  ["Liquid's unless", "{% unless paid %}Pay!{% endunless %}", '"unless" is an unknown'],
  ["Liquid's arguments of a filter", '{% if a %}{% endif %}{{ a | split: "," }}', "(line 1)"],
  [
    "Twig's filter",
    "{% if a %}x{% endif %}\n{{ d | date('Y') }}",
    'no filter named "date" (line 2)',
  ],
  ["Twig's test", "{% if a is same as(b) %}x{% endif %}", "(line 1)"],
  [
    "Twig's conditional",
    "{% if a %}x{% endif %}{{ a ? b : c }}",
    '"?" is unexpected here (line 1)',
  ],
  ["a heading of Markdown", "## Title {#intro}\n{% if a %}x{% endif %}", "a comment is not closed"],
  ["a printf format in C", 'f({%d, "%s"%});', '"d" is an unknown or misplaced tag'],
  ["LaTeX", "\\frac{%\n a}{b%}", '"}" closes no bracket (line 2)'],
  ["GitHub's Liquid", "{% raw %}{{ x }}", '"raw" is not closed'],
  ["Handlebars in Jinja2", "{% if a %}x{% endif %}{{#each xs}}", '"#" is unexpected here'],
  ["a function of dbt", "{% set a = 1 %}{{ ref('orders') }}", 'no function named "ref" (line 1)'],
  ["another template", "{% include 'header' %}", '"include" is not supported'],
];
