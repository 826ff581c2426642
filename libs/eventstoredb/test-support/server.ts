/**
 * A small EventStoreDB for tests: one node that speaks the official gRPC protos through the code that the official
 * client generates from them. It keeps expected revisions, idempotent appends, the append limit and subscriptions as
 * the real server does, and its events survive `kill -9` when it is given a folder.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import { GossipService } from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import { ServerFeaturesService } from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { Server, ServerCredentials, type sendUnaryData, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { EventLog } from './event-log.js';
import { createStreamsService, denyAll } from './streams-service.js';

export interface EventStoreServerOptions {
  /** TCP port on 127.0.0.1; 0 or none: a free one. */
  readonly port?: number;
  /** Folder of the events; without one they live in memory. One server per folder. */
  readonly dataDir?: string;
  /** Refuses every call, as the real server does a user or password that it does not know. */
  readonly deniesAccess?: boolean;
}

export interface EventStoreServer {
  /** Connection string for the official client. */
  readonly url: string;
  readonly port: number;
  /** Events that were sent to readers and subscribers so far. */
  readonly eventsSent: number;
  /** Removes what metadata hides, as an operator of the real server does to win space. */
  scavenge(): void;
  /** Cuts every connection; resolves when no event is half written. */
  stop(): Promise<void>;
}

const MESSAGE_BYTES_MAX = 17 * 1024 * 1024;
const LEADER = 8;

export async function startEventStoreServer(options: EventStoreServerOptions = {}): Promise<EventStoreServer> {
  const log = await EventLog.open(options.dataDir === undefined ? undefined : join(options.dataDir, 'events.log'));
  const server = new Server({
    'grpc.max_receive_message_length': MESSAGE_BYTES_MAX,
    'grpc.max_send_message_length': MESSAGE_BYTES_MAX,
  });
  let port = 0;
  let eventsSent = 0;
  const streams = createStreamsService(log, () => {
    eventsSent++;
  });
  server.addService(
    StreamsService,
    (options.deniesAccess === true ? denyAll(streams) : streams) as unknown as UntypedServiceImplementation,
  );
  server.addService(ServerFeaturesService, { getSupportedMethods: answerFeatures } as UntypedServiceImplementation);
  server.addService(GossipService, {
    read: (_call: unknown, callback: sendUnaryData<unknown>) => callback(null, describeCluster(port)),
  } as UntypedServiceImplementation);
  try {
    port = await new Promise<number>((resolve, reject) => {
      server.bindAsync(`127.0.0.1:${options.port ?? 0}`, ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
  } catch (error) {
    await log.close();
    throw error;
  }
  let stopped: Promise<void> | undefined;
  return {
    url: `esdb://127.0.0.1:${port}?tls=false`,
    port,
    get eventsSent() {
      return eventsSent;
    },
    scavenge: () => log.scavenge(),
    stop: () => {
      stopped ??= stopServer(server, log);
      return stopped;
    },
  };
}

async function stopServer(server: Server, log: EventLog): Promise<void> {
  server.forceShutdown();
  await log.close();
}

function answerFeatures(_call: unknown, callback: sendUnaryData<unknown>): void {
  const supported = new features.SupportedMethods().setEventStoreServerVersion('24.10.0');
  for (const method of ['append', 'read']) {
    const name = 'event_store.client.streams.streams';
    supported.addMethods(new features.SupportedMethod().setServiceName(name).setMethodName(method));
  }
  callback(null, supported);
}

/** A cluster of this node, its leader. */
function describeCluster(port: number): InstanceType<typeof gossip.ClusterInfo> {
  const member = new gossip.MemberInfo();
  member.setInstanceId(new shared.UUID().setString(randomUUID())).setTimeStamp(`${Date.now()}0000`);
  member.setState(LEADER).setIsAlive(true);
  member.setHttpEndPoint(new gossip.EndPoint().setAddress('127.0.0.1').setPort(port));
  const cluster = new gossip.ClusterInfo();
  cluster.addMembers(member);
  return cluster;
}
