import { type GithubApi, GithubError } from "./github-api.ts";

interface Comment {
  readonly id: number;
  readonly body?: string | null;
  readonly html_url: string;
  readonly user?: { readonly type?: string } | null;
}

export interface StickyComment {
  /** `OWNER/NAME`. */
  readonly repository: string;
  readonly pullRequest: number;
  /** What makes the comment this one; hidden in its first line. */
  readonly key: string;
  readonly markdown: string;
}

export interface WrittenComment {
  readonly url: string;
  readonly what: "created" | "updated" | "unchanged";
}

/** GitHub's limit, in characters. */
const longest = 65_536;

/**
 * Writes the one comment of its key: an edit tells nobody, and an unchanged one is not even sent.
 * @throws GithubError
 */
export async function writeComment(api: GithubApi, comment: StickyComment): Promise<WrittenComment> {
  const marker = `<!-- lintel-preview ${encodeURIComponent(comment.key)} -->`;
  const body = `${marker}\n${comment.markdown}`.slice(0, longest);
  const issues = `/repos/${comment.repository}/issues`;
  const list = `${issues}/${String(comment.pullRequest)}/comments`;
  const own = await findOwn(api, list, marker);
  if (own === undefined) return create(api, list, marker, body);
  if (isSame(own.body ?? "", body)) return { url: own.html_url, what: "unchanged" };
  try {
    const updated = (await api.request("PATCH", `${issues}/comments/${String(own.id)}`, { body })) as Comment;
    return { url: updated.html_url, what: "updated" };
  } catch (error) {
    // Deleted meanwhile.
    if (error instanceof GithubError && error.status === 404) return create(api, list, marker, body);
    throw error;
  }
}

/** A comment may have been written although the answer was lost: it is looked for before another is. */
async function create(api: GithubApi, list: string, marker: string, body: string): Promise<WrittenComment> {
  try {
    const created = (await api.request("POST", list, { body })) as Comment;
    return { url: created.html_url, what: "created" };
  } catch (error) {
    if (!(error instanceof GithubError) || (error.status !== 0 && error.status < 500)) throw error;
    const written = await findOwn(api, list, marker);
    if (written !== undefined) return { url: written.html_url, what: "created" };
    const created = (await api.request("POST", list, { body })) as Comment;
    return { url: created.html_url, what: "created" };
  }
}

/** A person who quotes the comment does not own it: an action's comments are a bot's, or begin with the marker. */
async function findOwn(api: GithubApi, list: string, marker: string): Promise<Comment | undefined> {
  const comments = (await api.list(list)) as readonly Comment[];
  const marked = comments.filter(({ body }) => body?.startsWith(marker));
  return marked.find(({ user }) => user?.type === "Bot") ?? marked[0];
}

/** GitHub stores line ends as it likes. */
function isSame(one: string, other: string): boolean {
  const plain = (text: string): string => text.replaceAll("\r\n", "\n").trim();
  return plain(one) === plain(other);
}
