import { useId } from "preact/hooks";
import type { VersionName } from "../app/route.ts";
import type { Answer } from "../connection/tools.ts";
import { plainLine } from "../text/hidden.ts";
import { common } from "../texts/common.ts";
import { compareTexts } from "../texts/compare.ts";

export type Versions = Answer<"list_prompt_versions">["versions"];

/** Versions that the pickers list. */
export const listedVersions = 200;

/** Where the aliases of the listed versions point. */
export function aliasesOf(versions: Versions): ReadonlyMap<string, number> {
  return new Map(
    versions.flatMap(({ aliases, version }) =>
      aliases.map((alias): [string, number] => [alias, version]),
    ),
  );
}

/** A version or alias of a prompt, as an address names it. */
export function VersionPicker({
  label,
  value,
  versions,
  aliases,
  onChoose,
}: {
  readonly label: string;
  readonly value: VersionName;
  readonly versions: Versions;
  readonly aliases: ReadonlyMap<string, number>;
  readonly onChoose: (chosen: VersionName) => void;
}) {
  const id = useId();
  const listed = [
    "latest",
    ...[...aliases.keys()].map((alias) => `@${alias}`),
    ...versions.map(({ version }) => String(version)),
  ];
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
        {!listed.includes(value) && <option value={value}>{plainLine(value)}</option>}
        <optgroup label={compareTexts().aliases}>
          {[...aliases].map(([alias, version]) => (
            <option key={alias} value={`@${alias}`}>
              {`${plainLine(`@${alias}`)} · ${common().version(version)}`}
            </option>
          ))}
          <option value="latest">{compareTexts().newest}</option>
        </optgroup>
        <optgroup label={compareTexts().versions}>
          {versions.map(({ version, commit_message }) => (
            <option key={version} value={String(version)}>
              {[common().version(version), shortened(commit_message)].filter(Boolean).join(" · ")}
            </option>
          ))}
        </optgroup>
      </select>
    </div>
  );
}

function shortened(text: string): string {
  const line = plainLine(text);
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}
