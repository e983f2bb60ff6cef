import { PlainText } from "../../components/plain-text.tsx";
import type { Answer } from "../../connection/tools.ts";
import { fieldTexts } from "../../texts/edit-fields.ts";
import type { Declaration } from "./draft.ts";

export type Argument = Answer<"register_prompt">["arguments"][number];

/** What people say about one variable. What is not said is as the text has it. */
export function ArgumentEditor({
  name,
  argument,
  isUsed,
  declaration,
  onDeclaration,
}: {
  readonly name: string;
  readonly argument: Argument | undefined;
  readonly isUsed: boolean;
  readonly declaration: Declaration;
  readonly onDeclaration: (declaration: Declaration) => void;
}) {
  const set = (key: string, value: unknown) => onDeclaration({ ...declaration, [key]: value });
  const id = (part: string) => `argument-${name}-${part}`;
  const allowed = Array.isArray(declaration.enum) ? declaration.enum.map(String) : [];
  return (
    <fieldset class="argument">
      <legend>
        <code>
          <PlainText text={name} />
        </code>{" "}
        <span class="quiet">{stateOf(argument, isUsed)}</span>
      </legend>
      <div class="field wide">
        <label for={id("description")}>{fieldTexts().description}</label>
        <input
          id={id("description")}
          value={textOf(declaration.description)}
          onInput={({ currentTarget }) => set("description", currentTarget.value || undefined)}
        />
      </div>
      <div class="field">
        <label for={id("required")}>{fieldTexts().needed}</label>
        <select
          id={id("required")}
          value={textOf(declaration.required)}
          onChange={({ currentTarget: { value } }) =>
            set("required", value === "" ? undefined : value === "true")
          }
        >
          <option value="">{fieldTexts().byText}</option>
          <option value="true">{fieldTexts().required}</option>
          <option value="false">{fieldTexts().optional}</option>
        </select>
      </div>
      <div class="field">
        <label for={id("default")}>{fieldTexts().defaultValue}</label>
        <input
          id={id("default")}
          value={textOf(declaration.default)}
          onInput={({ currentTarget }) => set("default", currentTarget.value || undefined)}
        />
      </div>
      <TypeField id={id("type")} type={declaration.type} onType={(type) => set("type", type)} />
      <div class="field">
        <label for={id("allowed")}>{fieldTexts().allowed}</label>
        <textarea
          id={id("allowed")}
          rows={2}
          value={allowed.join("\n")}
          onInput={({ currentTarget: { value } }) =>
            set("enum", value === "" ? undefined : value.split("\n"))
          }
        />
      </div>
    </fieldset>
  );
}

const types = ["string", "boolean", "number", "array", "object"] as const;

/** A JSON Schema stays until another type is chosen. */
function TypeField({
  id,
  type,
  onType,
}: {
  readonly id: string;
  readonly type: unknown;
  readonly onType: (type: unknown) => void;
}) {
  const isSchema = typeof type === "object" && type !== null;
  return (
    <div class="field">
      <label for={id}>{fieldTexts().type}</label>
      <select
        id={id}
        value={isSchema ? "schema" : textOf(type)}
        onChange={({ currentTarget: { value } }) =>
          value !== "schema" && onType(value === "" ? undefined : value)
        }
      >
        <option value="">{fieldTexts().anyText}</option>
        {types.map((one) => (
          <option key={one} value={one}>
            {fieldTexts()[one]}
          </option>
        ))}
        {isSchema && <option value="schema">JSON Schema</option>}
      </select>
    </div>
  );
}

function textOf(value: unknown): string {
  return value === undefined ? "" : String(value);
}

function stateOf(argument: Argument | undefined, isUsed: boolean): string {
  if (!isUsed) return fieldTexts().notInText;
  if (argument === undefined) return "";
  return argument.required ? fieldTexts().isRequired : fieldTexts().isOptional;
}
