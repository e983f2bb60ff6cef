import { useCallback, useMemo } from "preact/hooks";
import { plainLine } from "../text/hidden.ts";
import { splitTemplate, type TemplatePart } from "../text/variables.ts";
import { promptTexts } from "../texts/prompt.ts";
import { LongText } from "./long-text.tsx";
import { PlainText } from "./plain-text.tsx";

/** What the server knows of a variable, by its name. */
export type Variables = ReadonlyMap<
  string,
  { readonly required: boolean; readonly description?: string | undefined }
>;

/** A template with its tags marked. Variables say what they are for. */
export function MarkedText({
  text,
  label,
  variables,
}: {
  readonly text: string;
  readonly label: string;
  readonly variables: Variables;
}) {
  const parts = useMemo(() => splitTemplate(text), [text]);
  const show = useCallback(
    (part: TemplatePart) =>
      part.kind === "text" ? (
        <PlainText text={part.text} />
      ) : (
        <mark class={part.kind} title={plainLine(titleOf(part, variables))}>
          <PlainText text={part.text} />
        </mark>
      ),
    [variables],
  );
  return <LongText {...{ parts, label, show }} />;
}

/** A text in which nothing is marked. */
export function UnmarkedText({ text, label }: { readonly text: string; readonly label: string }) {
  const parts = useMemo(() => [{ kind: "text", text } as const], [text]);
  return <LongText {...{ parts, label }} show={showPlain} />;
}

function showPlain({ text }: TemplatePart) {
  return <PlainText text={text} />;
}

function titleOf(part: TemplatePart, variables: Variables): string {
  const texts = promptTexts();
  if (part.kind !== "variable") {
    return /^\{(?:#|\{!)/.test(part.text) ? texts.commentTag : texts.instructionTag;
  }
  // `user.name` is a part of the variable `user`.
  const [root = ""] = part.name.split(".");
  const variable = variables.get(part.name) ?? variables.get(root);
  if (variable === undefined) return texts.variable;
  const kind = variable.required ? texts.requiredVariable : texts.optionalVariable;
  return variable.description ? `${kind}: ${variable.description}` : kind;
}
