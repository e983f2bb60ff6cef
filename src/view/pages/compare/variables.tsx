import { ColumnTitles } from "../../components/column-titles.tsx";
import { OldAndNew } from "../../components/old-and-new.tsx";
import { PlainText } from "../../components/plain-text.tsx";
import {
  type Argument,
  type ChangedVariable,
  changedVariables,
} from "../../text/changed-variables.ts";
import { compareTexts } from "../../texts/compare.ts";
import { fieldTexts, typeText } from "../../texts/edit-fields.ts";
import { promptTexts } from "../../texts/prompt.ts";

const signs = { removed: "−", added: "+", changed: "±" } as const;

/** What happened to the variables: those that callers no longer give come first. */
export function Variables({
  before,
  after,
}: {
  readonly before: readonly Argument[];
  readonly after: readonly Argument[];
}) {
  const all = changedVariables(before, after);
  const changed = all.filter(({ kind }) => kind !== "same");
  const same = all.filter(({ kind }) => kind === "same").map(({ variable }) => variable.name);
  if (all.length === 0) return <p class="quiet">{compareTexts().noVariables}</p>;
  return (
    <>
      {changed.length === 0 ? (
        <p class="quiet">{compareTexts().sameVariables}</p>
      ) : (
        <table class="changes">
          <ColumnTitles
            titles={[compareTexts().variable, compareTexts().change, compareTexts().details]}
          />
          <tbody>
            {changed.map((one) => (
              <Row key={one.variable.name} changed={one} />
            ))}
          </tbody>
        </table>
      )}
      {same.length > 0 && (
        <p class="quiet">
          <PlainText text={compareTexts().unchanged(same.join(", "))} />
        </p>
      )}
    </>
  );
}

function Row({ changed }: { readonly changed: ChangedVariable }) {
  if (changed.kind === "same") return null;
  const { kind, variable } = changed;
  return (
    <tr>
      <th scope="row">
        <code>
          <PlainText text={variable.name} />
        </code>
      </th>
      <td class={kind}>
        <span aria-hidden="true">{signs[kind]} </span>
        {compareTexts()[kind]}
      </td>
      <td>
        {kind !== "changed" && <Facts of={variable} />}
        {kind === "changed" &&
          changed.facts.map(({ key, before, after }) => (
            <div key={key}>
              {key !== "required" && `${factName(key)}: `}
              <OldAndNew before={factText(key, before)} after={factText(key, after)} />
            </div>
          ))}
      </td>
    </tr>
  );
}

function Facts({ of: { required, type, description } }: { readonly of: Argument }) {
  const words = [
    factText("required", String(required)),
    typeof type === "string" ? typeText(type) : undefined,
    description,
  ].filter((word) => word !== undefined);
  return <PlainText text={words.join(" · ")} />;
}

/** The name of a fact; of what is inside of it, such as `type.enum`, the path. */
function factName(key: string): string {
  const { type, default: value, allowed, formerNames } = promptTexts();
  const names = new Map([
    ["type", type],
    ["description", fieldTexts().description],
    ["default_value", value],
    ["allowed", allowed],
    ["aliases", formerNames],
  ]);
  return names.get(key) ?? key;
}

function factText(key: string, json: string | undefined): string | undefined {
  if (key === "type" && json !== undefined) return typeText(json.replaceAll('"', ""));
  if (key !== "required" || json === undefined) return json;
  return json === "true" ? compareTexts().required : compareTexts().optional;
}
