import { PlainText } from "../../components/plain-text.tsx";
import { plainLine } from "../../text/hidden.ts";
import { promptTexts } from "../../texts/prompt.ts";
import type { Argument } from "./known.ts";
import { isCheckbox, isChecked, isMissing, textOf, type Values } from "./values.ts";

/** The field of a variable: a checkbox, a choice or a text. */
export function FillField({
  id,
  argument,
  values,
  onValue,
}: {
  readonly id: string;
  readonly argument: Argument;
  readonly values: Values;
  readonly onValue: (value: string | boolean) => void;
}) {
  const { name, description, required } = argument;
  const texts = promptTexts();
  const helpId = `${id}-help`;
  return (
    <div class="field">
      <label for={id}>
        <PlainText text={name} />{" "}
        <span class="quiet">({required ? texts.required : texts.optional})</span>
      </label>
      <Input {...{ id, argument, values, onValue, helpId }} />
      <p id={helpId} class="quiet">
        {description !== undefined && <PlainText text={description} />}{" "}
        {isMissing(argument, values) && <strong>{texts.missing}</strong>}
      </p>
    </div>
  );
}

function Input({
  id,
  argument,
  values,
  onValue,
  helpId,
}: Parameters<typeof FillField>[0] & { readonly helpId: string }) {
  const { name, allowed, default_value = "", required } = argument;
  const described = { id, "aria-describedby": helpId };
  if (isCheckbox(argument)) {
    return (
      <input
        {...described}
        type="checkbox"
        checked={isChecked(argument, values)}
        onChange={({ currentTarget }) => onValue(currentTarget.checked)}
      />
    );
  }
  const value = textOf(values, name);
  if (allowed !== undefined) {
    const isOther = value !== "" && !allowed.includes(value);
    return (
      <select
        {...described}
        value={value}
        required={required}
        onChange={({ currentTarget }) => onValue(currentTarget.value)}
      >
        <option value="">
          {plainLine(default_value === "" ? promptTexts().notSet : default_value)}
        </option>
        {(isOther ? [value, ...allowed] : allowed).map((one) => (
          <option key={one} value={one}>
            {plainLine(one)}
          </option>
        ))}
      </select>
    );
  }
  return (
    <textarea
      {...described}
      rows={value.length > 80 || value.includes("\n") ? 6 : 2}
      value={value}
      placeholder={plainLine(default_value)}
      aria-required={required}
      autocomplete="off"
      onInput={({ currentTarget }) => onValue(currentTarget.value)}
    />
  );
}
