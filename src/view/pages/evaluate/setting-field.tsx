import { useId } from "preact/hooks";
import { PlainText } from "../../components/plain-text.tsx";
import { editTexts } from "../../texts/edit.ts";
import { evaluateTexts } from "../../texts/evaluate.ts";
import { parseJson } from "../edit/draft.ts";
import { numberOf, type SettingKind } from "./scorers.ts";

/** A setting that is typed. What is wrong with it stands below; the form is not sent until it is right. */
export function SettingField({
  label,
  kind,
  required,
  isLong,
  value,
  set,
}: {
  readonly label: string;
  readonly kind: SettingKind;
  readonly required?: boolean | undefined;
  readonly isLong?: boolean;
  readonly value: string;
  readonly set: (value: string) => void;
}) {
  const id = useId();
  const problem = value.trim() === "" ? "" : problemOf(kind, value);
  const field = {
    ...{ id, value },
    required: required === true,
    "aria-invalid": problem !== "",
    "aria-describedby": problem === "" ? undefined : `${id}-problem`,
    ref: (shown: HTMLInputElement | HTMLTextAreaElement | null) => {
      shown?.setCustomValidity(problem);
    },
    onInput: ({ currentTarget }: { readonly currentTarget: { readonly value: string } }) =>
      set(currentTarget.value),
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {isLong ? (
        <textarea rows={3} {...field} />
      ) : (
        <input inputMode={kind === "text" ? "text" : "decimal"} {...field} />
      )}
      {problem !== "" && (
        <p id={`${id}-problem`} role="alert" class="field-problem">
          <PlainText text={problem} />
        </p>
      )}
    </div>
  );
}

function problemOf(kind: SettingKind, value: string): string {
  const number = numberOf(value);
  switch (kind) {
    case "json": {
      const read = parseJson(value);
      return "problem" in read ? `${editTexts().invalidJson} ${read.problem}` : "";
    }
    case "number":
      return number >= 0 ? "" : evaluateTexts().notNumber;
    case "count":
      return Number.isSafeInteger(number) && number >= 0 ? "" : evaluateTexts().notCount;
    default:
      return "";
  }
}
