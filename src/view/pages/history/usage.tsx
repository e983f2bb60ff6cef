import { useAnswer } from "../../app/use-answer.ts";
import { ColumnTitles } from "../../components/column-titles.tsx";
import { Link } from "../../components/link.tsx";
import { Loading } from "../../components/loading.tsx";
import { OutsideLink } from "../../components/outside-link.tsx";
import { PlainText } from "../../components/plain-text.tsx";
import { Scrolls } from "../../components/scrolls.tsx";
import { ServerText } from "../../components/server-text.tsx";
import type { Answer } from "../../connection/tools.ts";
import { common } from "../../texts/common.ts";
import { historyTexts } from "../../texts/history.ts";
import { language, numberText, timeText } from "../../texts/texts.ts";

type Usage = Answer<"prompt_usage">;

/** How often the versions of a prompt were used lately. */
export function Usage({ name }: { readonly name: string }) {
  const loaded = useAnswer("prompt_usage", { name });
  return <Loading of={loaded}>{(usage) => <Uses usage={usage} />}</Loading>;
}

function Uses({ usage }: { readonly usage: Usage }) {
  const { versions, notes = [], days } = usage;
  const texts = historyTexts();
  const used = versions.filter(({ uses }) => uses > 0);
  const most = Math.max(1, ...used.map(({ uses }) => uses));
  return (
    <>
      {used.length === 0 && days.length > 0 && <p>{texts.noUses}</p>}
      {notes.map((note) => (
        <p key={note} class="quiet">
          <ServerText text={note} />
        </p>
      ))}
      {used.length > 0 && (
        <>
          <Scrolls label={texts.usesColumn}>
            <table class="uses">
              <caption class="quiet">{texts.usesCaption}</caption>
              <ColumnTitles
                titles={[
                  texts.versionColumn,
                  texts.usesColumn,
                  texts.failedColumn,
                  texts.lastColumn,
                ]}
              />
              <tbody>
                {used.map(({ version, aliases, uses, failed, last_at, last_trace_url }) => (
                  <tr key={version}>
                    <th scope="row">
                      <Link to={{ page: "prompt", name: usage.name, at: `${version}` }}>
                        {common().version(version)}
                      </Link>{" "}
                      <span class="quiet">
                        <PlainText text={aliases.join(", ")} />
                      </span>
                    </th>
                    <td class="measured">
                      <span class="bar" aria-hidden style={{ width: `${(uses / most) * 6}rem` }} />
                      {numberText(uses)}
                    </td>
                    <td>{numberText(failed)}</td>
                    <td>{last_at && <LastUse at={last_at} url={last_trace_url} />}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scrolls>
          <details>
            <summary>{texts.byDay}</summary>
            <ByDay days={days} used={used} />
          </details>
        </>
      )}
    </>
  );
}

/** When it was, which leads to its trace where MLflow shows it. */
function LastUse({ at, url }: { readonly at: string; readonly url: string | undefined }) {
  const time = <time dateTime={at}>{timeText(at)}</time>;
  return url === undefined ? time : <OutsideLink to={url}>{time}</OutsideLink>;
}

function ByDay({
  days,
  used,
}: {
  readonly days: readonly string[];
  readonly used: Usage["versions"];
}) {
  const texts = historyTexts();
  return (
    <Scrolls label={texts.byDay}>
      <table class="uses">
        <caption class="quiet">{texts.daysCaption}</caption>
        <ColumnTitles
          titles={[texts.dayColumn, ...used.map(({ version }) => common().version(version))]}
        />
        <tbody>
          {days.map((day) => (
            <tr key={day}>
              <th scope="row">{dayText(day)}</th>
              {used.map(({ version, per_day }) => {
                const { uses = 0, failed = 0 } = per_day.find((one) => one.day === day) ?? {};
                return (
                  <td key={version}>
                    {numberText(uses)}
                    {failed > 0 && <> ({texts.ofThemFailed(failed)})</>}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolls>
  );
}

/** A day of UTC, which is what the server counts by. */
function dayText(day: string): string {
  const options = { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" } as const;
  return new Date(`${day}T00:00:00Z`).toLocaleDateString(language.value, options);
}
