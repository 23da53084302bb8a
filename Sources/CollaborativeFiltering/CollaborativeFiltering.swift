internal import Compute
