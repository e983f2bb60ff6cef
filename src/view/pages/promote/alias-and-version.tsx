import { useId, useState } from "preact/hooks";
import { replaceRoute } from "../../app/navigation.ts";
import type { VersionName } from "../../app/route.ts";
import { aliasesOf, VersionPicker } from "../../components/version-picker.tsx";
import type { Answer } from "../../connection/tools.ts";
import { plainLine } from "../../text/hidden.ts";
import { promoteTexts } from "../../texts/promote.ts";
import { NewAlias } from "./new-alias.tsx";

/** No alias has this name. */
const other = "";

/** Chooses the alias and the version. The address follows. */
export function AliasAndVersion({
  name,
  at,
  alias,
  versions,
}: {
  readonly name: string;
  readonly at: VersionName;
  readonly alias: string;
  readonly versions: Answer<"list_prompt_versions">["versions"];
}) {
  const id = useId();
  const [isNaming, setNaming] = useState(false);
  const aliases = aliasesOf(versions);
  const names = [...new Set([alias, "production", ...aliases.keys()])];
  const show = (next: { readonly at?: VersionName; readonly alias?: string }) => {
    setNaming(false);
    replaceRoute({ page: "promote", name, at, alias, ...next });
  };
  return (
    <>
      <form class="version-pickers" aria-label={promoteTexts().choose}>
        <div class="field">
          <label for={id}>{promoteTexts().alias}</label>
          <select
            id={id}
            value={isNaming ? other : alias}
            onChange={({ currentTarget: { value } }) =>
              value === other ? setNaming(true) : show({ alias: value })
            }
          >
            {names.map((one) => (
              <option key={one} value={one}>
                {plainLine(one)}
              </option>
            ))}
            <option value={other}>{promoteTexts().other}</option>
          </select>
        </div>
        <VersionPicker
          label={promoteTexts().version}
          value={at}
          onChoose={(chosen) => show({ at: chosen })}
          {...{ versions, aliases }}
        />
      </form>
      {isNaming && <NewAlias onName={(named) => show({ alias: named })} />}
    </>
  );
}
