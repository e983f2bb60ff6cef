import { ColumnTitles } from "../../components/column-titles.tsx";
import { PlainText } from "../../components/plain-text.tsx";
import { Scrolls } from "../../components/scrolls.tsx";
import { scorersIn } from "../../text/scorers.ts";
import { common } from "../../texts/common.ts";
import { evaluateTexts } from "../../texts/evaluate.ts";
import { numberText } from "../../texts/texts.ts";
import type { Report } from "./measured.tsx";

type Score = Report["scores"][number];

export function versionText({ version }: Pick<Report, "version">): string {
  return version === undefined ? evaluateTexts().unknown : common().version(version);
}

export function meanText({ mean, low, high, counts = [] }: Score): string {
  if (mean === undefined) {
    return counts.map(({ value, answers }) => `${value}: ${answers}`).join(", ");
  }
  if (low === undefined || high === undefined) return numberText(mean, 3);
  return `${numberText(mean, 3)} (${numberText(low, 3)} – ${numberText(high, 3)})`;
}

function verdictText({ verdict, enough_rows: enough }: NonNullable<Score["difference"]>): string {
  const words = evaluateTexts();
  return enough === undefined ? words.says(verdict) : words.tooFewRows(enough);
}

/** Each scorer by version, and below it what the versions took. */
export function ScoreTable({ reports }: { readonly reports: readonly Report[] }) {
  const words = evaluateTexts();
  const scorers = scorersIn(reports);
  const rows = scorers.flatMap((scorer) =>
    reports.flatMap((report, index) => {
      const score = report.scores.find((one) => one.scorer === scorer);
      return score ? [{ scorer, score, report, isBaseline: index === 0 }] : [];
    }),
  );
  return (
    <>
      <Scrolls label={words.results}>
        <table class="changes">
          <ColumnTitles
            titles={[words.measure, words.version, words.mean, words.scored, words.verdict]}
          />
          <tbody>
            {rows.map(({ scorer, score, report, isBaseline }, index) => (
              <tr key={index}>
                <th scope="row">
                  <PlainText text={scorer} />
                </th>
                <td>{versionText(report)}</td>
                <td>
                  <PlainText text={meanText(score)} />
                </td>
                <td>
                  {score.scored}
                  {score.failed > 0 && `, ${words.notScored(score.failed)}`}
                </td>
                <td>
                  {isBaseline
                    ? words.isBaseline
                    : score.difference && verdictText(score.difference)}
                  {score.agreement && (
                    <div class="quiet">
                      {words.agreement}:{" "}
                      {words.kappa(
                        score.agreement.kappa === undefined
                          ? words.undefinedKappa
                          : numberText(score.agreement.kappa, 2),
                        score.agreement.rows,
                      )}
                    </div>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolls>
      <Costs reports={reports} />
    </>
  );
}

function Costs({ reports }: { readonly reports: readonly Report[] }) {
  const words = evaluateTexts();
  const money = (usd: number | undefined) =>
    usd === undefined ? words.unknown : `$${numberText(usd, 4)}`;
  const time = (ms: number | undefined) => (ms === undefined ? "" : `${numberText(ms)} ms`);
  const columns: readonly (readonly [string, (report: Report) => string])[] = [
    [words.answered, (it) => `${it.answered} / ${it.attempted}`],
    [words.failed, (it) => String(it.failed)],
    [words.cost, (it) => money(it.cost_usd)],
    [words.judgeCost, (it) => (it.judge_cost_usd === undefined ? "" : money(it.judge_cost_usd))],
    [words.median, (it) => time(it.median_ms)],
    [words.p95, (it) => time(it.p95_ms)],
    [words.tokens, (it) => `${numberText(it.input_tokens)} / ${numberText(it.output_tokens)}`],
  ];
  return (
    <Scrolls label={words.cost}>
      <table class="changes">
        <ColumnTitles titles={[words.version, ...columns.map(([title]) => title)]} />
        <tbody>
          {reports.map((report, index) => (
            <tr key={index}>
              <th scope="row">{versionText(report)}</th>
              {columns.map(([title, textOf]) => (
                <td key={title}>{textOf(report)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolls>
  );
}
