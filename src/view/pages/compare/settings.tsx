import { ColumnTitles } from "../../components/column-titles.tsx";
import { OldAndNew } from "../../components/old-and-new.tsx";
import { PlainText } from "../../components/plain-text.tsx";
import { changedValues } from "../../text/changed-values.ts";
import { compareTexts } from "../../texts/compare.ts";

/** What changed in a JSON object, key by key. */
export function Settings({
  before,
  after,
  same,
}: {
  readonly before: unknown;
  readonly after: unknown;
  /** What is said when nothing changed. */
  readonly same: string;
}) {
  const changes = changedValues(before, after);
  if (changes.length === 0) return <p class="quiet">{same}</p>;
  return (
    <table class="changes">
      <ColumnTitles
        titles={[compareTexts().setting, compareTexts().before, compareTexts().after]}
      />
      <tbody>
        {changes.map((change) => (
          <tr key={change.key}>
            <th scope="row">
              {change.key === "" ? (
                compareTexts().whole
              ) : (
                <code>
                  <PlainText text={change.key} />
                </code>
              )}
            </th>
            <td>
              {change.before === undefined ? <NotSet /> : <OldAndNew before={change.before} />}
            </td>
            <td>{change.after === undefined ? <NotSet /> : <OldAndNew after={change.after} />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function NotSet() {
  return <span class="quiet">{compareTexts().nothing}</span>;
}
