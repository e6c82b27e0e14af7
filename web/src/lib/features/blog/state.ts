import type { Post } from '#lib/api/types.ts';

/** Where a post stands for its author: the submission's state while it is under way, else the text's own. */
export function stateOf(post: Pick<Post, 'state' | 'submission'>): string {
  const submission = post.submission?.state;
  const underWay =
    submission === 'submitted' || submission === 'in_review' || submission === 'changes_requested';
  return underWay ? submission : post.state;
}
