import { useState } from "preact/hooks";
import { type VersionName, versionOrAlias } from "../../app/route.ts";
import { useAnswer } from "../../app/use-answer.ts";
import { Loading } from "../../components/loading.tsx";
import { PlainText } from "../../components/plain-text.tsx";
import { PromptLink } from "../../components/prompt-link.tsx";
import { listedVersions } from "../../components/version-picker.tsx";
import type { Answer } from "../../connection/tools.ts";
import { promoteTexts } from "../../texts/promote.ts";
import { AliasAndVersion } from "./alias-and-version.tsx";
import { Decision } from "./decision.tsx";
import { Done } from "./done.tsx";
import { MoveFacts } from "./move-facts.tsx";

/** A move that was carried out. */
export type Moved = Answer<"set_prompt_alias">;

/** How far the person is with one alias and one version. */
interface Progress {
  /** Which alias and version. */
  readonly of: string;
  readonly reason: string;
  /** Somebody else moved the alias while the person decided. */
  readonly isOvertaken?: boolean;
  readonly moved?: Moved;
}

/** Points an alias at a version: first shows all that speaks for and against it. */
export function PromotePage({
  name,
  at,
  alias,
}: {
  readonly name: string;
  readonly at: VersionName;
  readonly alias: string;
}) {
  const plain = alias.replace(/^@/, "");
  const listed = useAnswer("list_prompt_versions", { name, limit: listedVersions });
  const planned = useAnswer("set_prompt_alias", {
    ...{ name, alias: plain, version: versionOrAlias(at) },
    dry_run: true,
  });
  const shown = `${name}/${plain}/${at}`;
  const [kept, keep] = useState<Progress>({ of: shown, reason: "" });
  // What belongs to another alias or version says nothing about this one.
  const progress: Progress = kept.of === shown ? kept : { of: shown, reason: "" };
  const { moved, reason, isOvertaken } = progress;
  return (
    <>
      <PromptLink name={name} />
      <h1 tabIndex={-1}>
        <PlainText text={promoteTexts().title(plain)} />
      </h1>
      {moved ? (
        <Done moved={moved} />
      ) : (
        <>
          <Loading of={listed}>
            {({ versions }) => (
              <AliasAndVersion name={name} at={at} alias={plain} versions={versions} />
            )}
          </Loading>
          {isOvertaken && (
            <p role="alert" class="note">
              {promoteTexts().conflict}
            </p>
          )}
          <Loading of={planned}>
            {(plan) => (
              <>
                <MoveFacts plan={plan} listed={listed.value} />
                {plan.previous_version !== plan.version && (
                  <Decision
                    key={shown}
                    plan={plan}
                    isOld={planned.isLoading}
                    reason={reason}
                    onReason={(written) => keep({ ...progress, reason: written })}
                    onMoved={(done) => keep({ ...progress, moved: done })}
                    onConflict={() => {
                      keep({ ...progress, isOvertaken: true });
                      listed.reload();
                      planned.reload();
                    }}
                  />
                )}
              </>
            )}
          </Loading>
        </>
      )}
    </>
  );
}
