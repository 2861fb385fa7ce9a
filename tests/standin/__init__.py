"""A stand-in for the pulumi-aws plugin, so that programs with `pulumi_aws` run against the simulator."""
