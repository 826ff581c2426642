/** Who is known at all. */
import { Injectable } from '@nestjs/common';
import { partyRefusal, type Party } from '#concepts';
import { parseHolderId } from '#domain';
import { CatalogueFollower } from '#wiring';

/** Whether a party is registered, by the catalogue, which is never behind the books. */
@Injectable()
export class KnownParties {
  constructor(private readonly follower: CatalogueFollower) {}

  /** @throws DomainError `IDENTIFIER_INVALID`, `UNKNOWN_HOLDER` */
  async holder(id: string, path = 'id'): Promise<Party> {
    const party = await this.find(parseHolderId(id, path));
    if (party === undefined) throw partyRefusal('UNKNOWN_HOLDER', `No party ${id} is registered.`, path);
    return party;
  }

  /** @throws DomainError `IDENTIFIER_INVALID`, `UNKNOWN_PROVIDER` */
  async provider(id: string, path = 'id'): Promise<Party> {
    const party = await this.find(parseHolderId(id, path));
    if (party?.roles.includes('provider') !== true) {
      throw partyRefusal('UNKNOWN_PROVIDER', `No provider ${id} is registered.`, path);
    }
    return party;
  }

  private async find(id: string): Promise<Party | undefined> {
    const { parties } = this.follower.catalogue;
    if (!parties.has(id)) await this.follower.refresh();
    return parties.get(id);
  }
}
