import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { isJsonObject, spellJson } from "../../text/exact-json.ts";
import { fieldTexts } from "../../texts/edit-fields.ts";
import { parseJson } from "./draft.ts";
import { FieldProblem } from "./field-problem.tsx";

/** The settings that have a field. All others are in the JSON beside them. */
const keys = ["provider", "model_name", "temperature", "max_tokens", "top_p"] as const;
type Key = (typeof keys)[number];

/** JSON that is edited as text, and what is wrong with it. */
interface EditedJson {
  readonly json: string;
  readonly problem: string | undefined;
  readonly onJson: (json: string) => void;
}

/** The model that the prompt was written for, and its settings: fields and JSON of one value. */
export function SettingsEditor({ json, problem, onJson }: EditedJson) {
  const read = parseJson(json.trim() === "" ? "{}" : json);
  const settings = "value" in read && isJsonObject(read.value) ? read.value : undefined;
  const set = (key: Key, text: string) => {
    const next = { ...settings, [key]: text === "" ? undefined : settingOf(key, text) };
    const isEmpty = Object.values(next).every((value) => value === undefined);
    onJson(isEmpty ? "" : spellJson(next, 2));
  };
  return (
    <Part title={fieldTexts().llmConfig} isWrong={problem !== undefined}>
      <div class="fields">
        {keys.map((key) => (
          <SettingField
            key={key}
            setting={key}
            isDisabled={settings === undefined}
            value={String(settings?.[key] ?? "")}
            onValue={(text) => set(key, text)}
          />
        ))}
      </div>
      <JsonField
        id="llm-json"
        label={fieldTexts().llmJson}
        help={fieldTexts().llmJsonHelp}
        value={json}
        problem={problem}
        onValue={onJson}
      />
    </Part>
  );
}

/** Opens by itself where something is wrong. Only the person closes it: they may be typing in it. */
function Part({
  title,
  isWrong,
  children,
}: {
  readonly title: string;
  readonly isWrong: boolean;
  readonly children: ComponentChildren;
}) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details
      class="part"
      open={isOpen || isWrong}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary>{title}</summary>
      {children}
    </details>
  );
}

/** A setting as it is typed: half a number is shown as it is until the field is left. */
function SettingField({
  setting,
  isDisabled,
  value,
  onValue,
}: {
  readonly setting: Key;
  readonly isDisabled: boolean;
  readonly value: string;
  readonly onValue: (value: string) => void;
}) {
  const [typed, setTyped] = useState<string>();
  return (
    <div class="field">
      <label for={`llm-${setting}`}>{fieldTexts()[setting]}</label>
      <input
        id={`llm-${setting}`}
        disabled={isDisabled}
        inputMode={isNumber(setting) ? "decimal" : "text"}
        value={typed ?? value}
        onInput={({ currentTarget }) => {
          setTyped(currentTarget.value);
          onValue(currentTarget.value.trim());
        }}
        onBlur={() => setTyped(undefined)}
      />
    </div>
  );
}

/** The JSON schema of the answer that the prompt asks for. */
export function ResponseFormatEditor({ json, problem, onJson }: EditedJson) {
  return (
    <Part title={fieldTexts().responseFormat} isWrong={problem !== undefined}>
      <JsonField
        id="response-format"
        label={fieldTexts().responseFormatJson}
        help={fieldTexts().responseFormatHelp}
        value={json}
        problem={problem}
        onValue={onJson}
      />
    </Part>
  );
}

function JsonField({
  id,
  label,
  help,
  value,
  problem,
  onValue,
}: {
  readonly id: string;
  readonly label: string;
  readonly help: string;
  readonly value: string;
  readonly problem: string | undefined;
  readonly onValue: (value: string) => void;
}) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <p id={`${id}-help`} class="quiet">
        {help}
      </p>
      <textarea
        id={id}
        rows={Math.min(20, 2 + value.split("\n").length)}
        value={value}
        spellcheck={false}
        aria-invalid={problem !== undefined}
        aria-describedby={problem === undefined ? `${id}-help` : `${id}-help ${id}-problem`}
        onInput={({ currentTarget }) => onValue(currentTarget.value)}
      />
      <FieldProblem id={`${id}-problem`} problem={problem} />
    </div>
  );
}

function isNumber(key: Key): boolean {
  return key !== "provider" && key !== "model_name";
}

/** What is no number stays a text, and the server says what is wrong with it. */
function settingOf(key: Key, text: string): unknown {
  const decimal = text.replace(",", ".");
  if (!isNumber(key) || !Number.isFinite(Number(decimal))) return text;
  const read = parseJson(decimal);
  // JavaScript reads more than JSON has, such as ".5".
  return "value" in read ? read.value : Number(decimal);
}
