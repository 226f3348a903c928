import type { Argument, Command, Option } from "commander";
import { argumentValues } from "./argument-values.ts";

export interface Suggestion {
  readonly value: string;
  /** One line; may be empty. */
  readonly description: string;
}

/** What may stand where the last of the words is being typed; nothing where the shell should complete files. */
export async function completions(program: Command, words: readonly string[]): Promise<readonly Suggestion[]> {
  // Bash takes the "=" of --format=json for a word of its own.
  const typed = words.filter((word, index) => word !== "=" || index === 0);
  const last = words.at(-1) === "=" ? "" : (typed.at(-1) ?? "");
  const before = words.at(-1) === "=" ? typed : typed.slice(0, -1);
  const { command, awaiting, position } = placeIn(program, before);
  if (awaiting !== undefined) return starting(last, await valuesOf(awaiting));
  const equals = last.startsWith("--") ? last.indexOf("=") : -1;
  if (equals > 0) return afterEquals(command, last, equals);
  if (last.startsWith("-")) return starting(last, optionsOf(command));
  if (command === program) return starting(last, commandsOf(program));
  const argument = argumentAt(command, position);
  return argument === undefined ? [] : starting(last, await valuesOf(argument));
}

interface Place {
  readonly command: Command;
  /** The option whose value comes next. */
  readonly awaiting: Option | undefined;
  /** How many arguments the command has before. */
  readonly position: number;
}

function placeIn(program: Command, words: readonly string[]): Place {
  let command = program;
  let awaiting: Option | undefined;
  let position = 0;
  for (const word of words) {
    if (awaiting !== undefined) awaiting = undefined;
    else if (word.startsWith("-")) awaiting = optionOf(command, word);
    else if (command === program) command = program.commands.find((each) => each.name() === word) ?? program;
    else position += 1;
  }
  return { command, awaiting, position };
}

/** The option that the word names and whose value is yet to come. */
function optionOf(command: Command, word: string): Option | undefined {
  const option = command.options.find(({ long, short }) => long === word || short === word);
  return option?.required === true ? option : undefined;
}

async function afterEquals(command: Command, last: string, equals: number): Promise<readonly Suggestion[]> {
  const name = last.slice(0, equals);
  const option = optionOf(command, name);
  const values = option === undefined ? [] : await valuesOf(option);
  return starting(
    last,
    values.map(({ value, description }) => ({ value: `${name}=${value}`, description })),
  );
}

function argumentAt(command: Command, position: number): Argument | undefined {
  const last = command.registeredArguments.at(-1);
  return command.registeredArguments[position] ?? (last?.variadic === true ? last : undefined);
}

async function valuesOf(place: Argument | Option): Promise<readonly Suggestion[]> {
  if (place.argChoices !== undefined) return place.argChoices.map((value) => ({ value, description: "" }));
  return argumentValues(place.name());
}

function optionsOf(command: Command): readonly Suggestion[] {
  const options = command.createHelp().visibleOptions(command);
  return options.flatMap(({ long, description }) => (long ? [{ value: long, description }] : []));
}

function commandsOf(program: Command): readonly Suggestion[] {
  const commands = program.createHelp().visibleCommands(program);
  return commands.map((command) => ({ value: command.name(), description: command.description() }));
}

function starting(word: string, suggestions: readonly Suggestion[]): readonly Suggestion[] {
  return suggestions
    .filter(({ value }) => value.startsWith(word))
    .map(({ value, description }) => ({ value, description: description.replaceAll(/\s+/g, " ") }));
}
