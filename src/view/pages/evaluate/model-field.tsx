import { useId } from "preact/hooks";
import { plainLine } from "../../text/hidden.ts";

/** One of the server's models; where it asks any, its name. */
export function ModelField({
  label,
  none,
  models,
  value,
  set,
}: {
  readonly label: string;
  /** What no choice means. */
  readonly none: string;
  readonly models: readonly string[];
  readonly value: string;
  readonly set: (value: string) => void;
}) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {models.length === 0 ? (
        <input
          id={id}
          value={value}
          placeholder={none}
          onInput={({ currentTarget }) => set(currentTarget.value)}
        />
      ) : (
        <select id={id} value={value} onChange={({ currentTarget }) => set(currentTarget.value)}>
          <option value="">{none}</option>
          {models.map((model) => (
            <option key={model} value={model}>
              {plainLine(model)}
            </option>
          ))}
        </select>
      )}
    </div>
  );
}
