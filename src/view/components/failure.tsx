import { usePassFocusOn } from "../app/focus-heading.ts";
import { type CallFailure, OwnFailure } from "../connection/connection.ts";
import { common } from "../texts/common.ts";
import { PlainText } from "./plain-text.tsx";
import { ServerText } from "./server-text.tsx";

/** A failed call, in the words of the server or the view. */
export function Failure({
  failure,
  retry,
}: {
  readonly failure: CallFailure;
  readonly retry?: () => void;
}) {
  const shown = usePassFocusOn<HTMLDivElement>();
  return (
    <div ref={shown} role="alert" class="failure">
      <strong>{common().failed}</strong>
      {/* A new element each time: the same words would not be said again. */}
      <p key={failure} class="pre">
        {failure instanceof OwnFailure ? (
          <PlainText text={failure.message} />
        ) : (
          <ServerText text={failure.message} />
        )}
      </p>
      {retry && (
        <button type="button" onClick={retry}>
          {common().tryAgain}
        </button>
      )}
    </div>
  );
}
