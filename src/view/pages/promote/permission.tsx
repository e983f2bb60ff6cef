import { useId } from "preact/hooks";

/** Something that the person permits, with its problem where it has not been. */
export function Permission({
  label,
  isGiven,
  problem,
  onChange,
}: {
  readonly label: string;
  readonly isGiven: boolean;
  readonly problem: string | undefined;
  readonly onChange: (isGiven: boolean) => void;
}) {
  const id = useId();
  return (
    <div class="permission">
      <input
        id={id}
        type="checkbox"
        checked={isGiven}
        aria-describedby={problem === undefined ? undefined : `${id}-problem`}
        aria-invalid={problem !== undefined}
        onChange={({ currentTarget }) => onChange(currentTarget.checked)}
      />
      <label for={id}>{label}</label>
      {problem !== undefined && (
        <p id={`${id}-problem`} role="alert" class="wrong">
          {problem}
        </p>
      )}
    </div>
  );
}
