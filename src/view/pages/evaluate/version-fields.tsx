import { useState } from "preact/hooks";
import { useAnswer } from "../../app/use-answer.ts";
import { Loading } from "../../components/loading.tsx";
import { PlainText } from "../../components/plain-text.tsx";
import { common } from "../../texts/common.ts";
import { evaluateTexts } from "../../texts/evaluate.ts";

const mostVersions = 5;

/** The versions that are measured; the first is the baseline. */
export function VersionFields({
  name,
  chosen,
  choose,
}: {
  readonly name: string;
  readonly chosen: readonly number[];
  readonly choose: (versions: readonly number[]) => void;
}) {
  const [named] = useState(chosen);
  const listed = useAnswer("list_prompt_versions", { name, limit: 100 });
  return (
    <fieldset>
      <legend>{evaluateTexts().versions}</legend>
      <Loading of={listed}>
        {({ versions, next_cursor }) => (
          <>
            {[...versions, ...unlisted(named, versions)].map(
              ({ version, aliases, commit_message }) => (
                <label key={version} class="choice">
                  <input
                    type="checkbox"
                    checked={chosen.includes(version)}
                    disabled={chosen.length >= mostVersions && !chosen.includes(version)}
                    onChange={({ currentTarget }) =>
                      choose(
                        currentTarget.checked
                          ? [...chosen, version]
                          : chosen.filter((one) => one !== version),
                      )
                    }
                  />{" "}
                  {common().version(version)}{" "}
                  <span class="quiet">
                    <PlainText
                      text={[...aliases.map((alias) => `@${alias}`), commit_message].join(" ")}
                    />
                  </span>
                </label>
              ),
            )}
            {next_cursor !== undefined && (
              <p class="quiet">{evaluateTexts().onlyNewest(versions.length)}</p>
            )}
            {chosen.length > 1 && (
              <label class="field">
                {evaluateTexts().baseline}
                <select
                  value={chosen[0]}
                  onChange={({ currentTarget }) => {
                    const first = Number(currentTarget.value);
                    choose([first, ...chosen.filter((one) => one !== first)]);
                  }}
                >
                  {chosen.map((version) => (
                    <option key={version} value={version}>
                      {common().version(version)}
                    </option>
                  ))}
                </select>
              </label>
            )}
          </>
        )}
      </Loading>
    </fieldset>
  );
}

/** The versions that an address names and that are not listed. */
function unlisted(named: readonly number[], listed: readonly { readonly version: number }[]) {
  return named
    .filter((one) => !listed.some(({ version }) => version === one))
    .map((version) => ({ version, aliases: [], commit_message: undefined }));
}
