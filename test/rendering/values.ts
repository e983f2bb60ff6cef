import * as fc from "fast-check";

/**
 * The values of a case, as the text of a JSON object: numbers such as `2.0` and 1234567890123456789
 * keep the spelling that Python reads.
 */
export type ValuesText = string;

const word = fc.constantFrom(
  "b",
  "A",
  "c",
  "Ada",
  "two words",
  "x-1",
  "",
  "  pad ",
  "é",
  "ß",
  "日本",
  "🙂",
);
const line = fc.constantFrom(
  "one two  three\nfour",
  'it\'s "q"',
  "<b>&'</b>",
  "a,b,,c",
  "tab\tend\n",
  "UPPER lower Title",
  "12",
  "-3.5",
  "1e3",
  "naïve 日本🙂 straße",
  "don't stop-me now",
  "line one\r\nline two\n\nline four",
  "a long text that goes on and on, so that truncate has something to cut off at its end",
);
const text = fc.oneof(word, line);
const whole = fc.constantFrom(
  "0",
  "1",
  "2",
  "3",
  "-7",
  "10",
  "42",
  "1234567890123456789",
  "-9007199254740993",
);
const fraction = fc.constantFrom(
  "0.0",
  "1.0",
  "2.5",
  "-0.5",
  "3.14159",
  "1e3",
  "1e-7",
  "1.5e300",
  "100.0",
  "0.1",
);
const number = fc.oneof(whole, fraction);
const truth = fc.constantFrom("true", "false");
const string = text.map((it) => JSON.stringify(it));
const scalar = fc.oneof(string, number, truth, fc.constant("null"));
const list = (item: fc.Arbitrary<string>, minLength = 0) =>
  fc.array(item, { minLength, maxLength: 4 }).map((items) => `[${items.join(", ")}]`);
const user = fc
  .record({
    name: word.map((it) => JSON.stringify(it)),
    age: number,
    ok: truth,
    team: fc.constantFrom('"x"', '"y"', '"X"'),
    tags: list(string),
  })
  .map(
    (it) =>
      `{${Object.entries(it)
        .map(([key, value]) => `"${key}": ${value}`)
        .join(", ")}}`,
  );
const object = fc
  .tuple(
    string,
    number,
    fc.array(fc.tuple(fc.constantFrom("items", "key with space", "Z", "constructor"), scalar), {
      maxLength: 3,
    }),
  )
  .map(([a, b, others]) => new Map([["a", a], ["b", b], ...others]))
  .map(
    (members) =>
      `{${[...members].map(([key, value]) => `${JSON.stringify(key)}: ${value}`).join(", ")}}`,
  );

/** The name of each variable, and the values it has. */
const variables: Readonly<Record<string, fc.Arbitrary<string>>> = {
  name: word.map((it) => JSON.stringify(it)),
  text: string,
  n: whole,
  k: fc.constantFrom("0", "1", "2", "3"),
  x: number,
  flag: truth,
  none: fc.constant("null"),
  words: fc.oneof({ weight: 6, arbitrary: list(string, 1) }, fc.constant("[]")),
  nums: fc.oneof({ weight: 6, arbitrary: list(number, 1) }, fc.constant("[]")),
  mixed: list(scalar),
  nested: list(list(fc.oneof(whole, string))),
  users: fc.oneof({ weight: 9, arbitrary: list(user, 1) }, fc.constant("[]")),
  user,
  d: object,
};

/** The values of all variables, or without some of them. */
export const values: fc.Arbitrary<ValuesText> = fc
  .tuple(fc.record(variables), fc.subarray(Object.keys(variables), { maxLength: 2 }), fc.nat(9))
  .map(([all, missing, chance]) => {
    const given = Object.entries(all).filter(([name]) => chance > 0 || !missing.includes(name));
    return `{${given.map(([name, value]) => `"${name}": ${value}`).join(", ")}}`;
  });
