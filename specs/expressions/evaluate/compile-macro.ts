import type { JsonValue } from "../../json.ts";
import type { Typed } from "../check/typed-expression.ts";
import { burn } from "./fuel.ts";
import { maximumElements, tooLarge } from "./output-limit.ts";
import { readBoolean, readList } from "./read-value.ts";
import type { Frame, Step } from "./step.ts";

type MacroNode = Extract<Typed, { type: "macro" }>;

interface Loop {
  /** The list, an error if it is none. */
  readonly values: (frame: Frame) => readonly JsonValue[];
  readonly body: (frame: Frame, value: JsonValue) => JsonValue;
  readonly isKept: (frame: Frame, value: JsonValue) => boolean;
}

/** `all`, `exists`, `exists_one`, `map`, `filter`: one step per element beside those of the body. */
export function compileMacro(node: MacroNode, compile: (typed: Typed) => Step): Step {
  const [list, body] = [compile(node.list), compile(node.body)];
  const predicate = node.predicate === undefined ? undefined : compile(node.predicate);
  const inside = (frame: Frame, value: JsonValue): Frame => {
    burn(frame.fuel, 1);
    return { ...frame, variables: [...frame.variables.slice(0, node.slot), value] };
  };
  return combine(node.macro, {
    values: (frame) => readList(list(frame)),
    body: (frame, value) => body(inside(frame, value)),
    isKept: (frame, value) => predicate === undefined || readBoolean(predicate(inside(frame, value))),
  });
}

function combine(macro: MacroNode["macro"], { values, body, isKept }: Loop): Step {
  const holds = (frame: Frame, value: JsonValue): boolean => readBoolean(body(frame, value));
  switch (macro) {
    case "all":
      return (frame) => values(frame).every((value) => holds(frame, value));
    case "exists":
      return (frame) => values(frame).some((value) => holds(frame, value));
    case "exists_one":
      return (frame) => values(frame).filter((value) => holds(frame, value)).length === 1;
    case "filter":
      return (frame) => limited(values(frame).filter((value) => holds(frame, value)));
    case "map":
      return (frame) =>
        limited(
          values(frame)
            .filter((value) => isKept(frame, value))
            .map((value) => body(frame, value)),
        );
  }
}

function limited(values: readonly JsonValue[]): readonly JsonValue[] {
  if (values.length > maximumElements) throw tooLarge();
  return values;
}
