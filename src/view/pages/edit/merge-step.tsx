import { useEffect, useRef, useState } from "preact/hooks";
import { PlainText } from "../../components/plain-text.tsx";
import { editTexts } from "../../texts/edit.ts";
import { type Choice, type Conflict, conflictsOf, type Slot } from "./merging.ts";

/** The passages that both changed: for each of them the person chooses. */
export function MergeStep({
  slots,
  onDone,
}: {
  readonly slots: readonly Slot[];
  readonly onDone: (choices: ReadonlyMap<string, Choice>) => void;
}) {
  const conflicts = conflictsOf(slots);
  const [choices, setChoices] = useState<ReadonlyMap<string, Choice>>(new Map());
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <form
      class="passages"
      onSubmit={(event) => {
        event.preventDefault();
        onDone(choices);
      }}
    >
      <h2 ref={heading} tabIndex={-1}>
        {editTexts().mergeTitle}
      </h2>
      {conflicts.map((conflict, index) => (
        <fieldset key={conflict.id} class="passage">
          <legend>
            {editTexts().mergeField(
              editTexts().mergeOne(index + 1, conflicts.length),
              fieldName(conflict.field),
            )}
          </legend>
          {waysOf(conflict).map(([choice, label]) => (
            <Option
              key={choice}
              name={conflict.id}
              label={label}
              text={textOf(conflict, choice)}
              onChoose={() => setChoices(new Map([...choices, [conflict.id, choice]]))}
            />
          ))}
        </fieldset>
      ))}
      <button type="submit" class="primary">
        {editTexts().useMerge}
      </button>
    </form>
  );
}

function Option({
  name,
  label,
  text,
  onChoose,
}: {
  readonly name: string;
  readonly label: string;
  readonly text: string;
  readonly onChoose: () => void;
}) {
  return (
    <label class="passage-way">
      <span>
        <input type="radio" name={name} required onChange={onChoose} /> {label}
      </span>
      <span class="passage-text pre">
        {text === "" ? <em>{editTexts().emptyPassage}</em> : <PlainText text={text} />}
      </span>
    </label>
  );
}

/** Lines and messages can stand one after the other; other fields have one value. */
function waysOf({ field }: Conflict): readonly (readonly [Choice, string])[] {
  const { mine, theirs, both } = editTexts();
  const one = [["theirs", theirs] as const, ["mine", mine] as const];
  const isContent = typeof field === "number" || field === "text" || field === "messages";
  return isContent ? [...one, ["both", both]] : one;
}

function textOf({ mine, theirs }: Conflict, choice: Choice): string {
  if (choice === "both") return [...theirs, ...mine].join("\n");
  return (choice === "mine" ? mine : theirs).join("\n");
}

function fieldName(field: Slot["field"]): string {
  if (typeof field === "number") return editTexts().message(field + 1);
  const { text, messages, llmConfig, responseFormat, variables, tags } = editTexts();
  return { text, messages, llmConfig, responseFormat, declared: variables, tags }[field];
}
