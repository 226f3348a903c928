/** Changes the raw arguments of one resource before it is registered; what the verdict rests on is applied again after it. */
export type Transform<Args> = (args: Args) => Args;

/** The arguments as a transform leaves them, or as they are without one. */
export function transformed<Args>(args: NoInfer<Args>, transform: Transform<Args> | undefined): Args {
  return transform === undefined ? args : transform(args);
}
