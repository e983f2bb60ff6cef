import { ColumnTitles } from "../../components/column-titles.tsx";
import { PlainText } from "../../components/plain-text.tsx";
import { Scrolls } from "../../components/scrolls.tsx";
import type { Answer } from "../../connection/tools.ts";
import { scorersIn } from "../../text/scorers.ts";
import { common } from "../../texts/common.ts";
import { compareTexts } from "../../texts/compare.ts";
import { numberText } from "../../texts/texts.ts";

type Report = NonNullable<Answer<"compare_evaluations">["reports"]>[number];
type Score = Report["scores"][number];
type Difference = NonNullable<Score["difference"]>;

/** What was measured of each version, side by side, with intervals. */
export function Scores({
  reports,
  versions,
}: {
  readonly reports: readonly Report[];
  readonly versions: readonly number[];
}) {
  const scorers = scorersIn(reports);
  const isPair = reports.length > 1;
  return (
    <>
      <Scrolls label={compareTexts().evaluations}>
        <table class="changes">
          <ColumnTitles
            titles={[
              compareTexts().measure,
              ...versions.map((version) => common().version(version)),
              ...(isPair ? [compareTexts().difference] : []),
            ]}
          />
          <tbody>
            {scorers.map((scorer) => {
              const scores = reports.map((report) =>
                report.scores.find((score) => score.scorer === scorer),
              );
              return (
                <tr key={scorer}>
                  <th scope="row">
                    <PlainText text={scorer} />
                  </th>
                  {scores.map((score, index) => (
                    <td key={index}>{score && <PlainText text={scoreText(score)} />}</td>
                  ))}
                  {isPair && <td>{differenceText(scores[1]?.difference)}</td>}
                </tr>
              );
            })}
            <Fact
              title={compareTexts().answered}
              values={reports.map((it) => compareTexts().ofCalls(it.answered, it.attempted))}
              isPair={isPair}
            />
            <Fact
              title={compareTexts().latency}
              values={reports.map((it) =>
                it.median_ms === undefined ? "" : `${numberText(it.median_ms)} ms`,
              )}
              isPair={isPair}
            />
            <Fact
              title={compareTexts().cost}
              values={reports.map((it) =>
                it.cost_usd === undefined ? "" : `$${numberText(it.cost_usd, 4)}`,
              )}
              isPair={isPair}
            />
          </tbody>
        </table>
      </Scrolls>
      <p class="quiet">{compareTexts().intervals}</p>
    </>
  );
}

function Fact({
  title,
  values,
  isPair,
}: {
  readonly title: string;
  readonly values: readonly string[];
  readonly isPair: boolean;
}) {
  if (values.every((value) => value === "")) return null;
  return (
    <tr>
      <th scope="row">{title}</th>
      {values.map((value, index) => (
        <td key={index}>{value}</td>
      ))}
      {isPair && <td />}
    </tr>
  );
}

function scoreText({ mean, low, high, counts = [] }: Score): string {
  if (mean === undefined)
    return counts.map(({ value, answers }) => `${value}: ${answers}`).join(", ");
  if (low === undefined || high === undefined) return numberText(mean, 3);
  return compareTexts().interval(numberText(mean, 3), numberText(low, 3), numberText(high, 3));
}

function differenceText(found: Difference | undefined): string {
  if (found === undefined) return "";
  const { difference, low, high } = found;
  const sign = difference > 0 ? "+" : "";
  const [mean, from, to] = [difference, low, high].map((value) => numberText(value, 3));
  return `${saysOf(found)}: ${compareTexts().interval(`${sign}${mean}`, from ?? "", to ?? "")}`;
}

function saysOf({ verdict }: Difference): string {
  switch (verdict) {
    case "better":
      return compareTexts().says_better;
    case "worse":
      return compareTexts().says_worse;
    case "different":
      return compareTexts().says_different;
    case "no difference seen":
    case "too few rows":
      return compareTexts().says_unclear;
  }
}
