import * as fc from "fast-check";

/** Templates by the grammar of Jinja2, whose expressions mostly have types that fit. */

const one = fc.constantFrom;
/** A template string whose holes are arbitraries. */
function put(
  words: TemplateStringsArray,
  ...holes: readonly fc.Arbitrary<string>[]
): fc.Arbitrary<string> {
  return fc.tuple(...holes).map((filled) => String.raw({ raw: words.raw }, ...filled));
}

const small = one("0", "1", "2", "3", "-1", "-2");
const words = one(
  "'a'",
  "'b'",
  "'x'",
  "''",
  "' '",
  "','",
  "'name'",
  "'Ada'",
  '"it\'s"',
  "'é'",
  "'\\n'",
  "'\\x41\\u00e9'",
  "'a' 'b'",
);

const { text, number, truth, list, sequence, any } = fc.letrec<{
  text: string;
  number: string;
  truth: string;
  list: string;
  dict: string;
  sequence: string;
  any: string;
}>((tie) => {
  const t = tie("text");
  const n = tie("number");
  const b = tie("truth");
  const l = tie("list");
  const d = tie("dict");
  const s = tie("sequence");
  const a = tie("any");
  return {
    text: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      one(
        "name",
        "text",
        "user.name",
        "users[0].name",
        "words[0]",
        "d.a",
        "d['a']",
        "user['team']",
      ),
      words,
      put`${t}|${one("upper", "lower", "title", "capitalize", "trim", "string", "e", "escape", "safe", "reverse", "first", "last", "wordcount", "length", "list", "urlencode", "striptags", "forceescape", "tojson", "int", "float", "center", "center(20)", "indent", "indent(2, true)", "indent(width=3, blank=true)", "indent('> ')", "wordwrap(10)", "wordwrap(8, false)", "wordwrap(6, true, '|')", "truncate(9)", "truncate(9, true)", "truncate(8, false, '…', 0)", "truncate(length=12, end='')", "replace('a', 'b')", "replace('o', '0', 1)", "trim('a')", "default('z')", "default('z', true)", "d", "count", "int(5)", "int(0, 16)", "int(base=8)", "float(1.5)", "xmlattr", "filesizeformat", "pprint")}`,
      put`(${t}).${one("upper()", "lower()", "title()", "capitalize()", "strip()", "lstrip()", "rstrip('a')", "swapcase()", "casefold()", "replace('a', 'X')", "replace('e', '', 1)", "split()", "split(',')", "split(' ', 1)", "rsplit(' ', 1)", "splitlines()", "splitlines(true)", "startswith('a')", "startswith(('a', 'b'))", "endswith('e')", "endswith(('e', 'a'))", "find('o')", "rfind('o')", "index('e')", "count('o')", "isdigit()", "isalpha()", "isalnum()", "isupper()", "islower()", "isspace()", "istitle()", "isnumeric()", "isdecimal()", "isidentifier()", "zfill(6)", "center(11, '*')", "ljust(8, '.')", "rjust(8)", "partition(' ')", "rpartition(',')", "removeprefix('a')", "removesuffix('e')", "expandtabs(4)", "format(1)", "join(words)", "isprintable()", "isascii()")}`,
      put`(${t})[${one("0", "1", "-1", "1:", ":2", "::2", "::-1", "1:-1", "9", "-2:")}]`,
      put`${t} ~ ${a}`,
      put`(${t}) + (${t})`,
      put`(${t}) * ${small}`,
      put`${one("'%s' % name", "'%d items' % n", "'%.2f' % x", "'%s and %s' % (name, n)", "'%05d' % k", "'%r' % name", "'%x' % k", "'%s%%' % k", "'%-5s|' % name", "'%+d' % n", "'%e' % x", "'%(a)s' % d", "'{} {}'.format(name, n)", "'{0:>5}|{1:.1f}'.format(name, x)", "'{n}'.format(n=k)", "'%s' | format(name)", "'%s=%d' | format(name, k)", "'%(z)s'|format(z=text)")}`,
      put`(${t} if ${b} else ${t})`,
      put`(${t} if ${b})`,
      put`(${s})|join(${one("','", "', '", "''", "'\\n'", "' | '", "n", "d='-'")})`,
      put`${tie("any")}|string`,
      put`${one("users|map(attribute='name')|join(', ')", "users|join(',', 'name')", "users|join(', ', attribute='team')", "words|map('upper')|join('-')", "words|map('default', 'q')|join", "users|map(attribute='zip', default='-')|join('/')", "users|map(attribute='tags.0')|join(';')", "words|select('in', name)|join", "words|map('length')|join(',')", "words|map('replace', 'a', 'e')|join(' ')", "users|groupby('team')|map('first')|join", "nested|map('join', '+')|join('/')", "nested|sum(start=[])|join(',')", "range(3)|map('string')|join", "[name]|random")}`,
      put`${t}|${one("e", "upper")}|${one("lower", "title", "trim")}`,
      put`${l}|tojson`,
      put`${a}|tojson(${one("", "indent=2", "2", "indent=none")})`,
    ),
    number: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      one(
        "n",
        "k",
        "x",
        "nums[0]",
        "user.age",
        "users[0].age",
        "nums|length",
        "words|count",
        "d.b",
      ),
      one(
        "0",
        "1",
        "2",
        "7",
        "10",
        "2.0",
        "2.5",
        "1e3",
        "1_000",
        "0x1f",
        "0b101",
        "0o17",
        "1.5e-7",
        "12345678901234567890",
        "1e16",
        "1e22",
      ),
      put`(${n}) ${one("+", "-", "*", "/", "//", "%")} (${n})`,
      one("k ** 0.5", "2 ** 0.5", "k ** -0.5"),
      put`(${n}) ** ${one("0", "1", "2", "3", "-1", "true")}`,
      put`-(${n})`,
      put`+(${n})`,
      put`(${n})|${one("abs", "round", "round(1)", "round(2, 'floor')", "round(0, 'ceil')", "round(-1)", "round(method='floor')", "int", "float", "string", "default(3)", "filesizeformat", "filesizeformat(true)", "tojson", "string|length")}`,
      put`${l}|${one("length", "sum", "max", "min", "count", "first", "last")}`,
      put`nums|${one("sum", "max", "min", "sum(start=1)", "sort|first", "sort(reverse=true)|first", "first|default(0)", "map('int')|sum", "map('float')|list", "map('abs')|max")}`,
      put`users|${one("sum(attribute='age')", "map(attribute='age')|sum", "length", "map(attribute='age')|max", "max(attribute='age')", "selectattr('ok')|list|length", "sum('age', 5)")}`,
      put`(${t})|${one("length", "int", "float", "wordcount", "int(-1)")}`,
      put`(${n} if ${b} else ${n})`,
      put`(${t}).count('a')`,
      put`(${b})|int + 1`,
    ),
    truth: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      one(
        "flag",
        "true",
        "false",
        "True",
        "user.ok",
        "none",
        "name",
        "n",
        "words",
        "d",
        "missing",
        "not flag",
        "none is none",
      ),
      put`(${n}) ${one("==", "!=", "<", "<=", ">", ">=")} (${n})`,
      put`(${t}) ${one("==", "!=", "<", ">=", "in", "not in")} (${t})`,
      put`(${a}) ${one("==", "!=")} (${a})`,
      put`(${a}) ${one("in", "not in")} (${l})`,
      put`${one("1 < k < 3", "0 <= k <= n", "1 == true == 1.0", "'a' in d", "'a' in d.keys()", "k in nums", "1 in nums", "1.0 in [1, 2]", "name in words", "'' in text")}`,
      put`(${b}) ${one("and", "or")} (${b})`,
      put`not (${b})`,
      put`(${a}) is ${one("defined", "undefined", "none", "string", "number", "mapping", "sequence", "iterable", "boolean", "integer", "float", "true", "false", "callable", "not defined", "not none", "not string", "escaped", "filter", "test", "sameas none", "sameas true", "in [1, 'a']", "eq 1", "ne 'a'", "equalto(2)", "sameas(1)")}`,
      put`(${n}) is ${one("odd", "even", "divisibleby 2", "divisibleby(3)", "gt 1", "ge 2", "lt 3", "le 0", "greaterthan(1)", "lessthan 5", "not odd", "number", "integer", "float")}`,
      put`(${t}) is ${one("upper", "lower", "string", "in words", "eq name", "not lower", "filter", "test")}`,
    ),
    list: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      one(
        "words",
        "nums",
        "mixed",
        "users",
        "nested",
        "user.tags",
        "[]",
        "[1, 'a', none, true, 2.0]",
        "text.split()",
        "name|list",
        "['b', 'a', 'B']",
        "[1, 1.0, true]",
      ),
      put`[${a}, ${a}]`,
      put`(${a}, ${a})`,
      put`(${s})|${one("list", "reverse|list", "unique|list", "unique(true)|list", "batch(2)|list", "batch(3, '-')|list", "batch(2, fill_with=none)|list", "slice(2)|list", "slice(3, 'x')|list", "select|list", "reject|list", "select('string')|list", "reject('none')|list", "select('number')|list", "select('equalto', 'a')|list", "map('string')|list", "map('string')|sort", "map('string')|map('upper')|list", "map('int')|list", "map('int', default=7)|list", "map('default', 1)|list", "map('tojson')|list", "map('length')|list", "default([])")}`,
      put`words|${one("sort", "sort(reverse=true)", "sort(case_sensitive=true)", "sort(true, false)", "unique|sort", "map('first')|list", "map('upper')|unique|list", "map('trim')|reject('equalto', '')|list", "select('in', 'abc')|list", "map('capitalize')|list", "map('list')|list", "map('reverse')|list", "map('truncate', 3, true)|list", "map('wordcount')|list", "map('int', 3)|list", "map('float')|list", "reject('upper')|list")}`,
      put`nums|${one("sort", "sort(reverse=true)", "select('gt', 1)|list", "reject('lt', 3)|list", "map('abs')|list", "map('round')|list", "map('int')|list", "map('float')|list", "map('round', 1)|list", "unique|list", "map('string')|list", "select('divisibleby', 2)|list", "select('odd')|list", "select('even')|list", "select('float')|list", "batch(2, 0)|list")}`,
      put`users|${one("sort(attribute='name')", "sort(attribute='team,name')", "sort(attribute='age', reverse=true)", "unique(attribute='team')|list", "selectattr('ok')|list", "selectattr('age', 'gt', 5)|list", "selectattr('name', 'equalto', 'b')|list", "rejectattr('ok')|list", "rejectattr('team', 'in', ['x'])|list", "groupby('team')|list", "groupby('ok')", "groupby('team', case_sensitive=true)", "groupby('zip', default='none')|list", "map(attribute='name')|list", "map(attribute='tags')|list", "map(attribute='tags')|map('length')|list", "selectattr('zip', 'undefined')|list", "map('length')|list", "map('list')|list")}`,
      put`(${l})[${one("1:", ":2", "::2", "::-1", "1:-1", "-2:", "0:9:3")}]`,
      put`(${l}) + (${l})`,
      put`(${l}) * ${small}`,
      put`${d}|${one("dictsort", "dictsort(true)", "dictsort(false, 'value')", "dictsort(reverse=true)", "list", "items|list", "length", "dictsort(by='value')|map('first')|list")}`,
      put`${one("users|map(attribute='name')|sort", "users|sort(attribute='name')|map(attribute='age')|list", "users|groupby('team')|map(attribute='grouper')|list", "users|map('dictsort')|list", "nested|map('sum')|list", "nested|map('length')|list", "zip", "[words, nums]|first", "text|list|unique|sort", "text.splitlines()", "nested|first|sort", "mixed|select('defined')|map('string')|list|sort")}`,
      put`(${l} if ${b} else ${l})`,
    ),
    sequence: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      one(
        "d.items()",
        "d.keys()",
        "d.values()",
        "d|items",
        "range(3)",
        "range(1, 6, 2)",
        "range(5, 0, -2)",
        "range(k)",
        "(1, 2)",
        "()",
        "(1,)",
        "('a', name)",
        "d",
        "name",
        "words|map('upper')",
        "nums|select('gt', 0)",
        "words|batch(2)",
      ),
      { weight: 3, arbitrary: l },
      put`(${a}, ${a})`,
    ),
    dict: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      one(
        "d",
        "user",
        "users[0]",
        "{}",
        "{'a': 1}",
        "{'a': {'b': [1]}}",
        "{1: 'x', true: 'y'}",
        "{(1, 2): 'p'}",
        "{none: 0, 1.0: 'f'}",
        "dict(a=1, b=name)",
        "dict(d, z=1)",
        "dict([['a', 1]])",
      ),
      put`{'k': ${a}, ${t}: ${a}}`,
      put`dict(a=${a})`,
    ),
    any: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      { weight: 3, arbitrary: t },
      { weight: 3, arbitrary: n },
      { weight: 1, arbitrary: b },
      { weight: 2, arbitrary: l },
      { weight: 1, arbitrary: d },
      one(
        "none",
        "missing",
        "missing|default('q')",
        "user.zip",
        "d.zz",
        "d.get('a')",
        "d.get('zz', 1)",
        "d['a']",
        "d.items",
        "nums|first",
        "users|first",
        "users|last|default({})",
        "user|length",
        "(1, (2, 'x'))",
        "[['No','Yes'][flag]]",
        "['No','Yes'][flag]",
        "words.0",
        "nested.0.1",
        "user.tags.0",
        "d|length",
        "[1, [2, {'a': none}]]",
        "1 if flag",
        "x if k else none",
        "users|selectattr('ok')|map(attribute='name')|first",
        "'a' if 0 else 'b' if none else 'c'",
        "'a' if flag else 'b' if k else 'c' if name",
        "d.pop('a')",
        "d.setdefault('q', 2)",
        "d.copy()",
        "lipsum is defined",
        "range is callable",
        "x is float",
        "(x).is_integer()",
        "(k).bit_length()",
        "text.zip",
        "self is defined",
        "namespace(a=1).a",
        "cycler('a', 'b').next()",
        "joiner(', ')()",
        "x|round|int",
        "x|int|string",
        "k / 2",
        "k // 2",
        "n % 3",
        "2 ** k",
        "2 ** -1",
        "n / 1",
        "-7 // 2",
        "-7 % 3",
        "7.5 // 2",
        "7.5 % 2",
        "10 ** 20",
        "1 / 3",
        "true + true",
        "0.1 + 0.2",
        "1e100",
        "100000000000000000000000",
        "n * 1.0",
        "3 * 'ab'",
        "'ab' * true",
        "[1] * 2",
      ),
      put`${d}.${one("a", "get('a')", "get('zz', 'none')", "keys()|list", "values()|list", "items()|list", "name", "zz")}`,
      put`(${s})|${one("first", "last", "length", "count", "join(', ')", "string", "tojson", "pprint", "map('string')|min", "map('string')|max", "reverse|first", "list|tojson", "map('string')|join|length", "list|string", "unique|first", "sum(start=0) is defined")}`,
      put`(${l})[${one("0", "1", "-1", "true", "9", "'a'")}]`,
      put`(${l}).${one("count('a')", "count(1)", "index(1)", "copy()", "0", "1", "append(1)", "pop()", "insert(0, 'z')", "extend([1])", "reverse()", "sort()", "remove('a')", "clear()")}`,
      put`words|${one("min", "max", "min(case_sensitive=true)", "join", "join(d='/')", "first|upper", "last|default('q')")}`,
      put`users|${one("max(attribute='name')", "min(attribute='age')", "first", "last", "map(attribute='name')|min")}`,
      put`(${s})[${one("0", "1:", "-1", "::2")}]`,
    ),
  };
});

const trims = fc.tuple(one("", "", "", "-", "+"), one("", "", "", "-"));
const spaces = one("", " ", "\n", "\n\n", "  \n  ", " \t");
const prose = one(
  "text",
  "a {b} c",
  "# Title\n",
  "100 % sure",
  "é 日本 🙂",
  "{ }",
  "line\r\nnext",
  "\\n",
  "'quoted'",
  "$1",
  "",
  "}}",
  "%}",
  "#}",
  "{",
  "- item",
);

function tag(inner: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(trims, inner)
    .map(
      ([[left, right], it]) => `{%${left} ${it} ${right === "-" ? "-" : left === "+" ? "+" : ""}%}`,
    );
}
const print = (inner: fc.Arbitrary<string>) =>
  fc.tuple(trims, inner).map(([[left, right], it]) => `{{${left} ${it} ${right}}}`);
const fixed = (inner: string) => tag(fc.constant(inner));

const { body } = fc.letrec<{ body: string; statement: string }>((tie) => {
  const inner = tie("body");
  return {
    statement: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      { weight: 4, arbitrary: print(any) },
      { weight: 2, arbitrary: print(text) },
      { weight: 2, arbitrary: print(list) },
      { weight: 2, arbitrary: print(number) },
      { weight: 3, arbitrary: prose },
      {
        weight: 1,
        arbitrary: one(
          "{# note #}",
          "{#- note -#}",
          "{% raw %}{{ x }}{% endraw %}",
          "{%- raw %} {{ {% endraw -%}",
          "{% print name, k %}",
          "{{ 'a' if flag else 'b' }}",
          "{{ (none, true) }}",
          "{{ {'a': '}}'} }}",
          '{{ "#}" }}',
        ),
      },
      {
        weight: 3,
        arbitrary: put`${tag(truth.map((it) => `if ${it}`))}${inner}${fixed("else")}${inner}${fixed("endif")}`,
      },
      put`${tag(truth.map((it) => `if ${it}`))}${inner}${tag(truth.map((it) => `elif ${it}`))}${inner}${fixed("endif")}`,
      {
        weight: 3,
        arbitrary: put`${tag(sequence.map((it) => `for i in ${it}`))}${one("", "- {{ i }}\n", "{{ loop.index }}. {{ i }}", "{{ i }}{{ ', ' if not loop.last }}", "{{ loop.cycle('a', 'b') }}", "{{ loop.changed(i) }}", "{{ loop.previtem }}|{{ loop.nextitem }}", "{{ loop.revindex }}/{{ loop.length }}", "{{ loop.depth }}{{ loop.first }}{{ loop.last }}", "{{ i.name }}", "{{ loop.index0 is even }}", "{% set z = i %}{{ z }}", "{% if loop.index > 1 %}{{ i }}{% endif %}")}${inner}${fixed("endfor")}`,
      },
      put`${one("{% for a, b in d.items() %}{{ a }}={{ b }};", "{% for a, b in d|dictsort %}{{ a }}{{ b }}", "{% for u in users if u.ok %}{{ u.name }}", "{% for u in users|sort(attribute='name') %}{{ u.name }}{{ loop.index }}", "{% for g, us in users|groupby('team') %}{{ g }}:{{ us|length }}", "{% for g in users|groupby('team') %}{{ g.grouper }}{{ g.list|map(attribute='name')|join }}", "{% for row in nested|batch(2, 'x') %}{{ row }}", "{% for x in nested recursive %}{{ loop.depth0 }}{{ loop(x) if x is iterable and x is not string else x }}", "{% for i in range(3) %}{% for j in range(i) %}{{ loop.index }}{% endfor %}", "{% for i in words %}{% if loop.first %}{{ i }}{% else %}, {{ i }}{% endif %}")}${inner}{% else %}none{% endfor %}`,
      put`${tag(any.map((it) => `set v = ${it}`))}{{ v }}${inner}`,
      put`${one("{% set a, b = 1, name %}{{ a }}{{ b }}", "{% set ns = namespace(n=0) %}{% for i in nums %}{% set ns.n = ns.n + 1 %}{% endfor %}{{ ns.n }}", "{% set z %}<{{ name }}>{% endset %}{{ z }}{{ z|length }}", "{% set z | upper %}{{ name }}{% endset %}{{ z }}", "{% do 1 %}", "{% set z = [] %}{% for i in words %}{% set _ = z.append(i) %}{% endfor %}{{ z }}", "{% set (a, b) = (1, 2) %}{{ a + b }}", "{% set name = 'q' %}{{ name }}", "{% for i in range(2) %}{% set name = i %}{% endfor %}{{ name }}", "{% set ns = namespace() %}{% set ns.a = 1 %}{{ ns.a }}{{ ns.b }}", "{% set c = cycler('odd', 'even') %}{{ c.next() }}{{ c.current }}{{ c.next() }}", "{% set c = cycler('odd', 'even') %}{{ c.next() }}{{ c.current }}{{ c.reset() }}{{ c.next() }}", "{% set j = joiner('; ') %}{{ j() }}a{{ j() }}b", "{% set x2, y2 = nested[0] %}{{ x2 }}")}${inner}`,
      put`${one("{% macro m(a, b='z') %}[{{ a }}{{ b }}]{% endmacro %}{{ m(name) }}{{ m(1, b=2) }}", "{% macro m() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 'a', z=2) }}", "{% macro m(a) %}{{ caller() }}{{ a }}{% endmacro %}{% call m(k) %}in{% endcall %}", "{% macro m(a) %}{{ caller(1, 2) }}{% endmacro %}{% call(p, q) m(k) %}{{ p }}{{ q }}{% endcall %}", "{% macro m(a, b) %}{{ a }}{{ b is defined }}{% endmacro %}{{ m(1) }}{{ m.name }}{{ m.arguments }}", "{% macro f(i) %}{% if i > 0 %}{{ i }}{{ f(i - 1) }}{% endif %}{% endmacro %}{{ f(3) }}", "{% macro m(x, y=x) %}{{ x }}{{ y }}{% endmacro %}{{ m(1) }}", "{% macro m(a) %}{{ a|upper }}{% endmacro %}{{ m(name)|lower }}{{ m(name) ~ '!' }}", "{% macro m(a) %}{{ a }}{% endmacro %}{{ m }}", "{% macro m(a) %}{{ a }}{% endmacro %}{{ m.caller }}{{ m.catch_kwargs }}{{ m.catch_varargs }}")}${inner}`,
      put`{% filter ${one("upper", "indent", "trim", "replace('a', 'b')", "title", "e", "wordcount", "truncate(9)", "indent(2, true)|upper", "length")} %}${inner}{% endfilter %}`,
      put`{% with v = ${any}, w = ${number} %}{{ v }}${inner}{{ w }}{% endwith %}`,
    ),
    body: fc
      .array(fc.tuple(tie("statement"), spaces), { minLength: 1, maxLength: 2 })
      .map((parts) => parts.flat().join("")),
  };
});

/** A template that is Jinja2 by MLflow's rule: it contains `{%` and `%}`. */
export const jinjaTemplate = body.map((it) =>
  it.includes("{%") && it.includes("%}") ? it : `{% if true %}${it}{% endif %}`,
);

const plainName = one(
  "name",
  "text",
  "n",
  "flag",
  "x",
  "words",
  "d",
  "user",
  "none",
  "user.name",
  "nothing",
  "a-b",
  "é",
);
const hole = fc
  .tuple(one("", " ", "  ", "\n", "\t"), plainName, one("", " ", "\u00a0"))
  .map(([left, it, right]) => `{{${left}${it}${right}}}`);

/** A template in MLflow's own syntax. */
export const plainTemplate = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: hole },
      prose,
      spaces,
      one("{{", "}}", "{{{ name }}}", "{{ name | upper }}", "{%", "{# note #}"),
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((parts) => parts.join(""));
