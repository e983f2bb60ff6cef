import { selection, type VersionName } from "../../app/route.ts";
import { useAnswer } from "../../app/use-answer.ts";
import { Loading } from "../../components/loading.tsx";
import { PlainText } from "../../components/plain-text.tsx";
import { History } from "../history/history.tsx";
import { ChooseVersion } from "./choose-version.tsx";
import { liveVersion, versionShown } from "./known.ts";
import { VersionContent } from "./version-content.tsx";

/** One version of a prompt. Without `at` it is the one that is live. */
export function PromptPage({ name, at }: { readonly name: string; readonly at?: VersionName }) {
  const about = useAnswer("describe_registry", {});
  const newest = useAnswer("load_prompt", { name });
  const live =
    about.value &&
    newest.value &&
    liveVersion(about.value, newest.value.prompt_aliases, newest.value.version);
  const shown = versionShown(at, live);
  const isKnown = about.value !== undefined && newest.value !== undefined;
  const chosen = useAnswer(
    "load_prompt",
    at !== undefined || isKnown ? { name, ...selection(shown) } : undefined,
  );
  return (
    <>
      <h1 tabIndex={-1}>
        <PlainText text={newest.value?.title ?? name} />
      </h1>
      {newest.value?.title !== undefined && (
        <p class="quiet">
          <PlainText text={name} />
        </p>
      )}
      <Loading of={about}>
        {(registry) => (
          <Loading of={newest}>
            {(latest) => (
              <Loading of={chosen}>
                {(version) => (
                  <>
                    <ChooseVersion
                      {...{ name, latest }}
                      at={shown ?? "latest"}
                      version={version.version}
                    />
                    <VersionContent {...{ registry, version, live }} />
                  </>
                )}
              </Loading>
            )}
          </Loading>
        )}
      </Loading>
      {(at !== undefined || isKnown) && <History {...{ name }} at={shown} />}
    </>
  );
}
