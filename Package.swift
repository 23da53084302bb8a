// swift-tools-version: 6.2
import PackageDescription

/// The kernels are loops that the compiler vectorises: without optimisation they would crawl, in
/// debug builds too.
let kernelSettings: [CSetting] = [.unsafeFlags(["-O3", "-fno-math-errno"])]

let package = Package(
  name: "EmbedRec",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "EmbedRec", targets: ["EmbedRec"]),
    .library(name: "Embedding", targets: ["Embedding"]),
    .library(name: "Search", targets: ["Search"]),
    .library(name: "CollaborativeFiltering", targets: ["CollaborativeFiltering"]),
    .library(name: "Evaluation", targets: ["Evaluation"]),
    .executable(name: "embedrec", targets: ["EmbedRecCommand"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    // System libraries and C.
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .systemLibrary(
      name: "CXXHash", pkgConfig: "libxxhash",
      providers: [.apt(["libxxhash-dev"]), .brew(["xxhash"])]),
    .target(name: "CKernels", cSettings: kernelSettings),

    // The rooms, from the ground up: arrows point up only.
    .target(
      name: "Compute", dependencies: ["COpenBLAS", "CKernels", "CXXHash"], exclude: ["README.md"]),
    .target(name: "Embedding", dependencies: ["Compute"], exclude: ["README.md"]),
    .target(name: "Search", dependencies: ["Compute", "CKernels"], exclude: ["README.md"]),
    .target(name: "CollaborativeFiltering", dependencies: ["Compute"], exclude: ["README.md"]),
    .target(
      name: "EmbedRec",
      dependencies: [
        "Compute", "Embedding", "Search", "CollaborativeFiltering", "CZlib",
        .product(name: "GRDB", package: "GRDB.swift"),
      ], exclude: ["README.md", "Input/README.md"]),
    .target(
      name: "Evaluation", dependencies: ["EmbedRec", "CollaborativeFiltering", "Compute"],
      exclude: ["README.md"]),
    .executableTarget(
      name: "EmbedRecCommand",
      dependencies: [
        "EmbedRec", "Evaluation", "Embedding", "Compute",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // Tests: one target for each module, the program's own, and what they share.
    .target(name: "TestSupport", dependencies: ["Compute"], path: "Tests/TestSupport"),
    .testTarget(name: "ComputeTests", dependencies: ["Compute", "TestSupport"]),
    .testTarget(name: "EmbeddingTests", dependencies: ["Embedding", "Compute", "TestSupport"]),
    .testTarget(
      name: "SearchTests", dependencies: ["Search", "Compute", "CKernels", "TestSupport"]),
    .testTarget(
      name: "CollaborativeFilteringTests",
      dependencies: ["CollaborativeFiltering", "Compute", "TestSupport"]),
    .testTarget(
      name: "EmbedRecTests",
      dependencies: ["EmbedRec", "CollaborativeFiltering", "Compute", "TestSupport"]),
    .testTarget(
      name: "EvaluationTests", dependencies: ["Evaluation", "EmbedRec", "Compute", "TestSupport"]),
    .testTarget(name: "CommandLineTests", dependencies: ["EmbedRecCommand", "TestSupport"]),
  ],
  swiftLanguageModes: [.v6]
)
