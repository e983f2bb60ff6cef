import { announce } from "../../app/announce.ts";
import { navigate } from "../../app/navigation.ts";
import type { VersionName } from "../../app/route.ts";
import { useAnswer } from "../../app/use-answer.ts";
import { Failure } from "../../components/failure.tsx";
import { VersionPicker } from "../../components/version-picker.tsx";
import { common } from "../../texts/common.ts";
import { promptTexts } from "../../texts/prompt.ts";
import type { Version } from "./known.ts";

/** Chooses the version that is shown. The address follows. */
export function ChooseVersion({
  name,
  at,
  version,
  latest,
}: {
  readonly name: string;
  readonly at: VersionName;
  readonly version: number;
  readonly latest: Version;
}) {
  const versions = useAnswer("list_prompt_versions", { name, limit: 200 });
  return (
    <div class="choose-version">
      <VersionPicker
        label={promptTexts().choose}
        value={at}
        versions={versions.value?.versions ?? []}
        aliases={new Map(Object.entries(latest.prompt_aliases))}
        onChoose={(chosen) => {
          announce(promptTexts().shown(chosen));
          void navigate({ page: "prompt", name, at: chosen });
        }}
      />
      {versions.failure && <Failure failure={versions.failure} retry={versions.reload} />}
      <h2>{common().version(version)}</h2>
    </div>
  );
}
