import { useEffect, useRef, useState } from "preact/hooks";
import { toFailure } from "../../app/use-answer.ts";
import { Failure } from "../../components/failure.tsx";
import { Link } from "../../components/link.tsx";
import { PlainText } from "../../components/plain-text.tsx";
import { ServerText } from "../../components/server-text.tsx";
import type { CallFailure } from "../../connection/connection.ts";
import { promoteTexts } from "../../texts/promote.ts";
import type { Moved } from "./promote-page.tsx";
import { takeBack } from "./take-back.ts";

/** The move is done, and one button takes it back by the call that the server gave for it. */
export function Done({
  moved: { name, alias, version, rollback, warnings = [] },
}: {
  readonly moved: Moved;
}) {
  const title = useRef<HTMLHeadingElement>(null);
  const [state, setState] = useState<"done" | "going" | "back">("done");
  const [failure, setFailure] = useState<CallFailure>();
  useEffect(() => title.current?.focus(), [state === "back"]);
  const undo = async () => {
    if (rollback === undefined || state === "going") return;
    setState("going");
    setFailure(undefined);
    try {
      await takeBack(rollback);
      setState("back");
    } catch (error) {
      setFailure(toFailure(error));
      setState("done");
    }
  };
  return (
    <section class="verdict-box">
      <h2 ref={title} tabIndex={-1}>
        <span aria-hidden="true">✓ </span>
        <PlainText
          text={state === "back" ? promoteTexts().takenBack : promoteTexts().done(alias, version)}
        />
      </h2>
      {warnings.map((warning) => (
        <p key={warning} class="note">
          <ServerText text={warning} />
        </p>
      ))}
      {failure && <Failure failure={failure} />}
      <div class="buttons">
        {rollback && state !== "back" && (
          <button type="button" aria-disabled={state === "going"} onClick={() => void undo()}>
            {promoteTexts().takeBack}
          </button>
        )}
        <Link class="button" to={{ page: "prompt", name }}>
          {promoteTexts().history}
        </Link>
      </div>
    </section>
  );
}
