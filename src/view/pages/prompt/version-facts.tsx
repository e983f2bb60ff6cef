import { PlainText } from "../../components/plain-text.tsx";
import { common } from "../../texts/common.ts";
import { promptTexts } from "../../texts/prompt.ts";
import { timeText } from "../../texts/texts.ts";
import type { Live, Registry, Version } from "./known.ts";

/** Whether a version is live, its aliases, who saved it when and why, and its tags. */
export function VersionFacts({
  registry,
  version,
  live,
}: {
  readonly registry: Registry;
  readonly version: Version;
  readonly live: Live | undefined;
}) {
  const texts = promptTexts();
  const {
    aliases,
    author = common().nobody,
    created_at,
    commit_message,
    description,
    tags,
  } = version;
  return (
    <div class="version-facts">
      {description !== undefined && description !== commit_message && (
        <p class="pre">
          <PlainText text={description} />
        </p>
      )}
      <p>
        <strong>
          <PlainText text={sayLive(live, version.version)} />
        </strong>
      </p>
      {aliases.length > 0 && (
        <ul class="chips" aria-label={texts.aliases}>
          {aliases.map((alias) => (
            <li key={alias}>
              <PlainText text={`@${alias}`} />
              {registry.protected_aliases.includes(alias) && (
                <span class="protected"> · {common().protected}</span>
              )}
            </li>
          ))}
        </ul>
      )}
      <p class="quiet">
        <PlainText text={whenAndWho(created_at, author)} />
      </p>
      <p class="pre">
        <PlainText text={commit_message === "" ? texts.noMessage : commit_message} />
      </p>
      {Object.keys(tags).length > 0 && (
        <details>
          <summary>{texts.tags}</summary>
          <dl class="facts">
            {Object.entries(tags).map(([key, value]) => (
              <div key={key}>
                <dt>
                  <PlainText text={key} />
                </dt>
                <dd class="pre">
                  <PlainText text={value} />
                </dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </div>
  );
}

function whenAndWho(created_at: string, author: string | undefined): string {
  const at = timeText(created_at);
  return author === undefined ? promptTexts().saved(at) : promptTexts().savedBy(at, author);
}

function sayLive(live: Live | undefined, version: number): string {
  if (live === undefined) return promptTexts().noLive;
  return live.version === version
    ? promptTexts().live
    : promptTexts().liveIs(live.version, live.alias);
}
