import { Link } from "../../components/link.tsx";
import { PlainText } from "../../components/plain-text.tsx";
import { ServerText } from "../../components/server-text.tsx";
import { common } from "../../texts/common.ts";
import { listTexts } from "../../texts/list.ts";
import { timeText } from "../../texts/texts.ts";
import type { FoundPage } from "./use-pages.ts";

type Prompt = FoundPage["prompts"][number];

/** A prompt of the list. @param index its row of the table, from 1; the headings are row 1 */
export function PromptRow({ prompt, index }: { readonly prompt: Prompt; readonly index: number }) {
  const texts = listTexts();
  const { name, title, description, problem, missing, tags } = prompt;
  const tagPairs = Object.entries(tags);
  return (
    <tr aria-rowindex={index}>
      <th scope="row">
        <Link to={{ page: "prompt", name }}>
          <PlainText text={name} />
        </Link>
        {title && (
          <p class="list-title">
            <PlainText text={title} />
          </p>
        )}
        {description && (
          <p class="list-description">
            <PlainText text={description} />
          </p>
        )}
        {problem && (
          <p class="list-problem">
            <ServerText text={problem} />
          </p>
        )}
        {missing && (
          <p class="quiet">
            <PlainText text={texts.missing(missing.join(", "))} />
          </p>
        )}
      </th>
      <td data-label={texts.live}>
        <Aliases prompt={prompt} />
      </td>
      <td data-label={texts.newest}>
        <Newest prompt={prompt} />
      </td>
      <td data-label={texts.tags}>
        {tagPairs.length === 0 ? (
          <span class="quiet">{texts.noTags}</span>
        ) : (
          <ul>
            {tagPairs.map(([key, value]) => (
              <li key={key} class="list-tag">
                <PlainText text={`${key}=${value}`} />
              </li>
            ))}
          </ul>
        )}
      </td>
    </tr>
  );
}

function Aliases({ prompt }: { readonly prompt: Prompt }) {
  const texts = listTexts();
  const { aliases, alias_since: since = {} } = prompt;
  const pairs = Object.entries(aliases);
  if (pairs.length === 0) return <span class="quiet">{texts.noAlias}</span>;
  return (
    <ul>
      {pairs.map(([alias, version]) => {
        const arrival = Object.hasOwn(since, alias) ? since[alias] : undefined;
        return (
          <li key={alias}>
            <strong>
              <PlainText text={`@${alias}`} />
            </strong>
            :{" "}
            {arrival ? (
              <>
                {texts.versionSince(version)}
                <Origin at={arrival.at} by={arrival.by} />
              </>
            ) : (
              texts.versionNotRecorded(version)
            )}
          </li>
        );
      })}
    </ul>
  );
}

function Newest({ prompt }: { readonly prompt: Prompt }) {
  const texts = listTexts();
  const { latest_version: version, latest_created_at: at, latest_author: by } = prompt;
  if (version === undefined) return <span class="quiet">{texts.noVersions}</span>;
  return (
    <>
      <p>
        {common().version(version)}
        {at !== undefined && (
          <>
            , <Origin at={at} by={by} />
          </>
        )}
      </p>
      {prompt.not_live && <p class="list-mark">{texts.notLive}</p>}
      {prompt.evaluated === false && <p class="list-mark">{texts.neverEvaluated}</p>}
    </>
  );
}

function Origin({ at, by }: { readonly at: string; readonly by?: string | undefined }) {
  return (
    <>
      <time dateTime={at}>{timeText(at)}</time>
      {by === undefined ? listTexts().byNobody : <PlainText text={listTexts().by(by)} />}
    </>
  );
}
