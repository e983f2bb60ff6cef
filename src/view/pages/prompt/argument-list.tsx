import { PlainText } from "../../components/plain-text.tsx";
import { spellJson } from "../../text/exact-json.ts";
import { typeText } from "../../texts/edit-fields.ts";
import { promptTexts } from "../../texts/prompt.ts";
import type { Argument } from "./known.ts";

/** The variables of a version, and what callers should know about each. */
export function ArgumentList({ args }: { readonly args: readonly Argument[] }) {
  const texts = promptTexts();
  return (
    <>
      <h2>{texts.variables}</h2>
      {args.length === 0 && <p>{texts.noVariables}</p>}
      <dl class="facts">
        {args.map((argument) => (
          <div key={argument.name}>
            <dt>
              <code>
                <PlainText text={argument.name} />
              </code>{" "}
              <span class="quiet">{argument.required ? texts.required : texts.optional}</span>
            </dt>
            <dd>
              {argument.description !== undefined && (
                <p class="pre">
                  <PlainText text={argument.description} />
                </p>
              )}
              {detailsOf(argument).map(([name, value]) => (
                <p key={name}>
                  <span class="quiet">{name}: </span>
                  <PlainText text={value} />
                </p>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function detailsOf(argument: Argument): readonly (readonly [string, string])[] {
  const texts = promptTexts();
  const { type, default_value, allowed, aliases } = argument;
  const all: readonly (readonly [string, string | undefined])[] = [
    [texts.type, typeof type === "object" ? spellJson(type) : type && typeText(type)],
    [texts.default, default_value],
    [texts.allowed, allowed?.join(", ")],
    [texts.formerNames, aliases?.join(", ")],
  ];
  return all.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
}
