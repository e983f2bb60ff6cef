import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { splitHidden } from "../../text/hidden.ts";
import { scorersIn } from "../../text/scorers.ts";
import { evaluateTexts } from "../../texts/evaluate.ts";
import { numberText } from "../../texts/texts.ts";
import type { Report } from "./measured.tsx";
import { meanText, versionText } from "./score-table.tsx";

/** Pixels: of a line, of a scorer's title, and of the names and numbers beside the bars. */
const size = { line: 40, title: 30, side: 8 };

/** Means with their intervals, a group of lines for each scorer, each group with a scale of its own. */
export function Plot({ reports }: { readonly reports: readonly Report[] }) {
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(600);
  useLayoutEffect(() => {
    const measure = () => setWidth(frame.current?.clientWidth || 600);
    measure();
    window.addEventListener("resize", measure);
    return () => window.removeEventListener("resize", measure);
  }, []);
  const groups = groupsOf(reports);
  if (groups.length === 0) return null;
  let y = 0;
  const placed = groups.map((group) => {
    const top = y;
    y += size.title + group.lines.length * size.line;
    return { ...group, top };
  });
  const said = groups.flatMap(({ scorer, lines }) =>
    lines.map(({ name, text }) => `${scorer}, ${name}: ${text}`),
  );
  const track = width - 2 * size.side;
  return (
    <figure class="plot" ref={frame}>
      <figcaption>{evaluateTexts().plot}</figcaption>
      <svg
        role="img"
        aria-label={visible(evaluateTexts().plotAlternative(said.join("; ")))}
        width={width}
        height={y}
        viewBox={`0 0 ${width} ${y}`}
      >
        {placed.map(({ scorer, lines, least, most, top }) => (
          <g key={scorer}>
            <text class="scorer" x={0} y={top + 20}>
              {visible(scorer)}
            </text>
            <text text-anchor="end" x={width} y={top + 20}>
              {`${numberText(least, 3)} – ${numberText(most, 3)}`}
            </text>
            {lines.map(({ name, text, mean, low, high }, index) => {
              const at = (value: number) => size.side + ((value - least) / (most - least)) * track;
              const middle = top + size.title + index * size.line + 26;
              return (
                <g key={index}>
                  <text x={0} y={middle - 12}>{`${name}: ${text}`}</text>
                  <line
                    class="track"
                    x1={size.side}
                    x2={width - size.side}
                    y1={middle}
                    y2={middle}
                  />
                  <line class="interval" x1={at(low)} x2={at(high)} y1={middle} y2={middle} />
                  <circle cx={at(mean)} cy={middle} r={5} />
                </g>
              );
            })}
          </g>
        ))}
      </svg>
    </figure>
  );
}

function groupsOf(reports: readonly Report[]) {
  const scorers = scorersIn(reports);
  return scorers.flatMap((scorer) => {
    const lines = reports.flatMap((report) => {
      const score = report.scores.find((one) => one.scorer === scorer);
      if (score?.mean === undefined) return [];
      const { mean, low = mean, high = mean } = score;
      return [{ name: versionText(report), text: meanText(score), mean, low, high }];
    });
    if (lines.length === 0) return [];
    const least = Math.min(0, ...lines.map(({ low }) => low));
    const most = Math.max(...lines.map(({ high }) => high), least + 1e-9);
    return [{ scorer, lines, least, most: least === 0 && most <= 1 && most > 0.05 ? 1 : most }];
  });
}

/** Hidden characters by their names, as `PlainText` shows them. */
function visible(text: string): string {
  return splitHidden(text)
    .map((part) => (part.hidden ? part.name : part.text))
    .join("");
}
