// Decision: places are worked out when one of a part is asked for: a green verdict asks for none, and marking every key of every
// file cost nearly as much as compiling the tools.
import type { SpecFile } from "../load/spec-file.ts";
import type { Path } from "../load/yaml-span.ts";

/** A place in a spec file, by path. */
export interface Place {
  readonly file: SpecFile;
  readonly path: Path;
}

/** Places by SourceMap key, while they are marked. */
export type Marks = Map<string, Place>;

/** Places by SourceMap key. */
export interface Places {
  /** Marks a part by the key that all its keys stand below, such as `tool/NAME`: its own place now, those inside when needed. */
  readonly mark: (root: string, own: Place | undefined, inside?: (marks: Marks) => void) => void;
  readonly get: (key: string) => Place | undefined;
  readonly all: () => Iterable<readonly [string, Place]>;
}

interface Part {
  readonly marks: Marks;
  readonly waiting: ((marks: Marks) => void)[];
}

export function newPlaces(): Places {
  const parts = new Map<string, Part>();
  return {
    mark: (root, own, inside) => {
      const part: Part = parts.get(root) ?? { marks: new Map(), waiting: [] };
      parts.set(root, part);
      if (own !== undefined) part.marks.set(root, own);
      if (inside !== undefined) part.waiting.push(inside);
    },
    get: (key) => {
      const root = rootOf(key);
      const part = parts.get(root);
      return part === undefined || key === root ? part?.marks.get(key) : marked(part).get(key);
    },
    all: () => [...parts.values()].flatMap((part) => [...marked(part)]),
  };
}

function marked({ marks, waiting }: Part): Marks {
  for (const inside of waiting.splice(0)) inside(marks);
  return marks;
}

const single: ReadonlySet<string> = new Set(["workspace", "acknowledgement"]);

/** `tool/NAME` of `tool/NAME/node/charge`; there is one workspace, and one list of acknowledgements. */
function rootOf(key: string): string {
  const [kind = "", name] = key.split("/", 2);
  return name === undefined || single.has(kind) ? kind : `${kind}/${name}`;
}
