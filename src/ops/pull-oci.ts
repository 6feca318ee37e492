import type { TakenData } from '../core/model.gen.ts'
import type { Context, Result } from '../core/ports.ts'
import { takeArtifact } from './artifact-take.ts'
import { repositoryAt } from './push-oci.ts'

/** Takes the bundle that a tag or digest of an OCI registry means now. Errors: those of `takeArtifact` and of the registry. */
export async function pullOci(ctx: Context, from: string): Promise<Result<TakenData>> {
  const repository = await repositoryAt(ctx, from)
  try {
    return await takeArtifact(ctx, repository)
  } finally {
    await repository.close()
  }
}
