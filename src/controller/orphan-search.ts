/** How a kind finds what is left in the cloud that no object answers for any more. */
import type { AccountScope, Session } from '../cloud/accounts.ts';
import type { CallContext } from '../cloud/http.ts';
import type { CommonSpec, CommonStatus, Resource } from './kind.ts';

/** Reads only; throws CloudError. Uids are lower case. */
export interface OrphanSearch<Spec extends CommonSpec, Status extends CommonStatus> {
  /** The tags of this cluster that anything in the account carries, by the uid of the object that they name. */
  tagsInUse(
    account: AccountScope,
    clusterID: string,
    context: CallContext,
  ): Promise<ReadonlyMap<string, string>>;
  /**
   * What carries the tags of these uids, in one region. `resources` are all that there are of the kind: what one of
   * them holds need not be looked at.
   */
  locate(
    uids: ReadonlySet<string>,
    resources: readonly Resource<Spec, Status>[],
    place: OrphanPlace,
  ): Promise<OrphansFound>;
}

export interface OrphansFound {
  /** Of several with one tag, rather one that is not leaving. */
  readonly byUid: ReadonlyMap<string, CloudResource>;
  /** CRNs of what could not be looked at, such as for want of a grant: a uid that is missing may be there. */
  readonly unread: readonly string[];
}

export interface OrphanPlace extends CallContext {
  readonly session: Session;
  readonly clusterID: string;
  /** Local clock: listings begun before this do not count. */
  readonly nowMs: number;
}

export interface CloudResource {
  readonly id: string;
  readonly name: string;
  readonly crn: string;
  /** It is being deleted. */
  readonly leaving: boolean;
}
