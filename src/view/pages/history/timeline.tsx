import { Failure } from "../../components/failure.tsx";
import { FleetingButton } from "../../components/fleeting-button.tsx";
import { Link } from "../../components/link.tsx";
import { PlainText } from "../../components/plain-text.tsx";
import { ServerText } from "../../components/server-text.tsx";
import { byDay, type TimelineEntry } from "../../text/timeline.ts";
import { common } from "../../texts/common.ts";
import { historyTexts } from "../../texts/history.ts";
import { language, numberText } from "../../texts/texts.ts";
import { useTimeline } from "./use-timeline.ts";

/** Versions, reviews, moves of aliases and evaluations of a prompt, newest first. */
export function Timeline({ name }: { readonly name: string }) {
  const { entries, isLoading, failure, withoutRuns, more } = useTimeline(name);
  const texts = historyTexts();
  return (
    <div aria-busy={isLoading}>
      {withoutRuns && (
        <p class="quiet">
          {texts.noEvaluations} <ServerText text={withoutRuns.message} />
        </p>
      )}
      {byDay(entries).map((group) => (
        <div key={group.day}>
          <h3>{dayText(group.day)}</h3>
          <ol class="timeline">
            {group.entries.map((entry) => (
              <li key={keyOf(entry)} class={entry.kind}>
                <time dateTime={entry.at} class="quiet">
                  {hourText(entry.at)}
                </time>
                <div>
                  <Entry name={name} entry={entry} />
                </div>
              </li>
            ))}
          </ol>
        </div>
      ))}
      {failure && <Failure failure={failure} />}
      {isLoading && entries.length === 0 && <p role="status">{common().loading}</p>}
      {more && (
        <FleetingButton aria-disabled={isLoading} onClick={() => isLoading || more()}>
          {failure ? common().tryAgain : texts.older}
        </FleetingButton>
      )}
    </div>
  );
}

function Entry({ name, entry }: { readonly name: string; readonly entry: TimelineEntry }) {
  switch (entry.kind) {
    case "version":
      return <Saved name={name} entry={entry} />;
    case "move":
      return <Moved name={name} entry={entry} />;
    case "review":
      return <Reviewed name={name} entry={entry} />;
    case "evaluation":
      return <Evaluated name={name} entry={entry} />;
  }
}

type Of<Kind extends TimelineEntry["kind"]> = {
  readonly name: string;
  readonly entry: Extract<TimelineEntry, { readonly kind: Kind }>;
};

function Saved({ name, entry }: Of<"version">) {
  const { version, author, message, before } = entry;
  const texts = historyTexts();
  return (
    <>
      <Link to={{ page: "prompt", name, at: `${version}` }}>{common().version(version)}</Link>{" "}
      <PlainText text={texts.savedBy(author ?? common().nobody)} />
      {before !== undefined && (
        <>
          {" · "}
          <Link to={{ page: "compare", name, from: `${before}`, to: `${version}` }}>
            {texts.compareWith(before)}
          </Link>
        </>
      )}
      {message !== "" && (
        <p class="pre">
          <PlainText text={message} />
        </p>
      )}
    </>
  );
}

function Moved({ name, entry }: Of<"move">) {
  const { from, to, author, reason, overrides } = entry;
  const texts = historyTexts();
  return (
    <>
      <PlainText text={moveText(entry)} /> <PlainText text={texts.by(author ?? common().nobody)} />
      {from !== undefined && to !== undefined && (
        <>
          {" · "}
          <Link to={{ page: "compare", name, from: `${from}`, to: `${to}` }}>
            {texts.whatChanged(from, to)}
          </Link>
        </>
      )}
      {overrides.includes("breaking") && <p>{texts.allowedBreaking}</p>}
      {overrides.includes("gate") && <p>{texts.overrodeGate}</p>}
      {reason && (
        <p class="pre">
          <PlainText text={reason} />
        </p>
      )}
    </>
  );
}

function moveText({ alias, from, to }: Of<"move">["entry"]): string {
  const texts = historyTexts();
  if (to === undefined) return texts.aliasDeleted(alias, from ?? "?");
  if (from === undefined) return texts.aliasCreated(alias, to);
  return texts.aliasMoved(alias, from, to);
}

function Reviewed({ name, entry }: Of<"review">) {
  const { version, reason } = entry;
  return (
    <>
      <Link to={{ page: "prompt", name, at: `${version}` }}>{common().version(version)}</Link>{" "}
      <PlainText text={reviewText(entry)} />
      {reason && (
        <p class="pre">
          <PlainText text={reason} />
        </p>
      )}
    </>
  );
}

function reviewText({ did, author, asked }: Of<"review">["entry"]): string {
  const texts = historyTexts();
  const by = author ?? common().nobody;
  if (did === "approved") return texts.reviewApproved(by);
  if (did === "declined") return texts.reviewDeclined(by);
  if (asked.length === 0) return texts.reviewRequested(by);
  return texts.reviewRequestedFrom(by, asked.join(", "));
}

function Evaluated({ name, entry }: Of<"evaluation">) {
  const { runId, versions, dataset, status, means } = entry;
  const texts = historyTexts();
  const all = versions.join(", ");
  const evaluated = dataset === undefined ? texts.evaluated(all) : texts.evaluatedOn(all, dataset);
  return (
    <>
      <PlainText text={evaluated} /> {status !== "finished" && texts[status]}
      {" · "}
      <Link to={{ page: "evaluate", name, runs: [runId] }}>{texts.results(all)}</Link>
      {means.length > 0 && (
        <p>
          <PlainText
            text={means.map(({ scorer, mean }) => `${scorer} ${numberText(mean, 2)}`).join(", ")}
          />
        </p>
      )}
    </>
  );
}

function keyOf(entry: TimelineEntry): string {
  if (entry.kind === "version") return `version ${entry.version}`;
  if (entry.kind === "review") return `review ${entry.version} ${entry.did} ${entry.author}`;
  return entry.kind === "move" ? `${entry.alias} ${entry.at}` : entry.runId;
}

function dayText(at: string): string {
  return new Date(at).toLocaleDateString(language.value, { dateStyle: "full" });
}

function hourText(at: string): string {
  return new Date(at).toLocaleTimeString(language.value, { timeStyle: "short" });
}
