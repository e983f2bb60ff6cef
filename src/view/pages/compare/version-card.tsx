import { Link } from "../../components/link.tsx";
import { PlainText } from "../../components/plain-text.tsx";
import { common } from "../../texts/common.ts";
import { compareTexts } from "../../texts/compare.ts";
import { timeText } from "../../texts/texts.ts";

/** What people recognize a version by. */
export interface KnownVersion {
  readonly version: number;
  readonly commit_message: string;
  readonly aliases: readonly string[];
  readonly created_at: string;
  readonly author?: string | undefined;
}

/** A version in short: who registered it when and why, and which aliases point at it. */
export function VersionCard({
  name,
  side,
  of: { version, commit_message, aliases, created_at, author },
}: {
  readonly name: string;
  /** "From", "To" */
  readonly side: string;
  readonly of: KnownVersion;
}) {
  return (
    <div class="version-card">
      <p>
        <span class="quiet">{side}</span>{" "}
        <Link to={{ page: "prompt", name, at: String(version) }}>{common().version(version)}</Link>
        {aliases.map((alias) => (
          <span key={alias} class="tag">
            <PlainText text={`@${alias}`} />
          </span>
        ))}
      </p>
      <p class="pre">
        {commit_message === "" ? (
          <span class="quiet">{compareTexts().noMessage}</span>
        ) : (
          <PlainText text={commit_message} />
        )}
      </p>
      <p class="quiet">
        <time dateTime={created_at}>{timeText(created_at)}</time>
        {author !== undefined && (
          <>
            {" "}
            <PlainText text={compareTexts().author(author)} />
          </>
        )}
      </p>
    </div>
  );
}
