import { Link } from "../../components/link.tsx";
import { fieldTexts } from "../../texts/edit-fields.ts";
import { type Draft, formatTag } from "./draft.ts";
import type { Work } from "./stored-work.ts";

/** What a new prompt needs beside its content: a name, a kind, and the language of its text. */
export function NewFields({
  work,
  isTaken,
  onWork,
}: {
  readonly work: Work;
  readonly isTaken: boolean;
  readonly onWork: (work: Work) => void;
}) {
  const { name, draft } = work;
  const change = (part: Partial<Draft>) => onWork({ ...work, draft: { ...draft, ...part } });
  const kind = (value: Draft["kind"], label: string) => (
    <label>
      <input
        type="radio"
        name="kind"
        checked={draft.kind === value}
        onChange={() => change({ kind: value })}
      />{" "}
      {label}
    </label>
  );
  return (
    <>
      <div class="field">
        <label for="name">{fieldTexts().name}</label>
        <input
          id="name"
          value={name}
          autocomplete="off"
          spellcheck={false}
          aria-invalid={isTaken}
          aria-describedby={isTaken ? "name-help name-problem" : "name-help"}
          onInput={({ currentTarget }) => onWork({ ...work, name: currentTarget.value.trim() })}
        />
        <p id="name-help" class="quiet">
          {fieldTexts().nameHelp}
        </p>
        {isTaken && (
          <p id="name-problem" role="alert" class="field-problem">
            {fieldTexts().nameTaken}{" "}
            <Link to={{ page: "prompt", name }}>{fieldTexts().openIt(name)}</Link>
          </p>
        )}
      </div>
      <fieldset class="choices">
        <legend>{fieldTexts().kind}</legend>
        {kind("text", fieldTexts().kindText)}
        {kind("chat", fieldTexts().kindChat)}
      </fieldset>
      <div class="field">
        <label for="format">{fieldTexts().format}</label>
        <select
          id="format"
          value={draft.tags[formatTag] ?? ""}
          onChange={({ currentTarget: { value } }) =>
            change({ tags: value === "" ? {} : { [formatTag]: value } })
          }
        >
          <option value="">{fieldTexts().formatPlain}</option>
          <option value="mustache">{fieldTexts().formatMustache}</option>
        </select>
      </div>
    </>
  );
}
