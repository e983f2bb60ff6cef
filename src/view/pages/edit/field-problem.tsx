import { ServerText } from "../../components/server-text.tsx";
import { editTexts } from "../../texts/edit.ts";

/** What is wrong with a field. The field names it by `aria-describedby`. */
export function FieldProblem({
  id,
  problem,
}: {
  readonly id: string;
  readonly problem: string | undefined;
}) {
  if (problem === undefined) return null;
  return (
    <p id={id} role="alert" class="field-problem">
      {editTexts().invalidJson} <ServerText text={problem} />
    </p>
  );
}
