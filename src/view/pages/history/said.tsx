import { PlainText } from "../../components/plain-text.tsx";
import { common } from "../../texts/common.ts";
import { timeText } from "../../texts/texts.ts";

/** Who said something, and when. */
export function Said({
  author,
  at,
}: {
  readonly author?: string | undefined;
  readonly at: string;
}) {
  return (
    <span class="said">
      <strong>
        <PlainText text={author ?? common().nobody} />
      </strong>{" "}
      <time dateTime={at} class="quiet">
        {timeText(at)}
      </time>
    </span>
  );
}
