// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {ComputeToken} from "../src/ComputeToken.sol";
import {SettlementVault} from "../src/SettlementVault.sol";
import {bound, payout, vm} from "./Vm.sol";

/// @dev Everyone who may touch the contracts, driven at random. Each action states itself what must be refused;
/// the book it keeps is what the contracts are compared with.
contract SettlementActors {
    address private constant INTRUDER = address(0xBAD);
    uint256 private constant HOLDERS = 6;

    SettlementVault public immutable vault;
    ComputeToken public immutable token;

    uint256 public minted;
    uint256 public burned;
    uint256 public paid;
    /// @notice Tokens that holders sent back to the vault on their own.
    uint256 public returned;
    uint256 public batches;
    bool public paused;
    bytes[] private sent;

    constructor() {
        vault = new SettlementVault(0, address(this), address(this), address(this));
        token = vault.token();
    }

    function holder(uint256 index) public pure returns (address) {
        return address(uint160(0x10000 + (index % HOLDERS)));
    }

    function settle(uint96 mintAmount, uint256 burnSeed, uint256 paySeed, uint256 payees) external {
        uint256 free = token.balanceOf(address(vault)) + mintAmount;
        uint256 burnAmount = bound(burnSeed, 0, free);
        free -= burnAmount;
        payees = bound(payees, 0, HOLDERS);
        if (payees > free) payees = free;
        bytes32[] memory payouts = new bytes32[](payees);
        uint256 total;
        for (uint256 index = 0; index < payees; ++index) {
            uint256 share = free / payees;
            uint256 most = share < type(uint96).max ? share : type(uint96).max;
            uint256 amount = bound(uint256(keccak256(abi.encode(paySeed, index))), 1, most);
            payouts[index] = payout(holder(index), amount);
            total += amount;
        }
        if (mintAmount == 0 && burnAmount == 0 && payees == 0) return;
        bytes32 batchId = keccak256(abi.encode("batch", sent.length));
        bytes memory data =
            abi.encodeCall(SettlementVault.settle, (batchId, mintAmount, burnAmount, bytes32(0), payouts));
        (bool done,) = address(vault).call(data);
        require(done != paused, "settled exactly when not paused");
        if (!done) return;
        sent.push(data);
        minted += mintAmount;
        burned += burnAmount;
        paid += total;
        batches += 1;
    }

    function replay(uint256 seed) external {
        if (sent.length == 0) return;
        (bool done,) = address(vault).call(sent[seed % sent.length]);
        require(!done, "a batch was settled twice");
    }

    function intrude(uint96 amount, uint256 seed) external {
        bytes32[] memory payouts = new bytes32[](1);
        payouts[0] = payout(INTRUDER, 1);
        bytes32 batchId = keccak256(abi.encode("intruder", seed));
        _refused(address(vault), abi.encodeCall(SettlementVault.settle, (batchId, amount, 0, bytes32(0), payouts)));
        _refused(address(vault), abi.encodeCall(SettlementVault.pause, ()));
        _refused(address(vault), abi.encodeCall(SettlementVault.unpause, ()));
        _refused(address(token), abi.encodeCall(ComputeToken.mint, (amount)));
        _refused(address(token), abi.encodeCall(ComputeToken.burn, (amount)));
        _refused(address(token), abi.encodeWithSignature("transferFrom(address,address,uint256)", vault, INTRUDER, 1));
    }

    function togglePause() external {
        paused ? vault.unpause() : vault.pause();
        paused = !paused;
    }

    function transferBetweenHolders(uint256 from, uint256 to, uint256 seed) external {
        uint256 amount = bound(seed, 0, token.balanceOf(holder(from)));
        vm.prank(holder(from));
        token.transfer(holder(to), amount);
    }

    function returnToVault(uint256 from, uint256 seed) external {
        uint256 amount = bound(seed, 0, token.balanceOf(holder(from)));
        vm.prank(holder(from));
        token.transfer(address(vault), amount);
        returned += amount;
    }

    function holdersTotal() external view returns (uint256 total) {
        for (uint256 index = 0; index < HOLDERS; ++index) {
            total += token.balanceOf(holder(index));
        }
    }

    function intruderBalance() external view returns (uint256) {
        return token.balanceOf(INTRUDER);
    }

    function _refused(address target, bytes memory data) private {
        vm.prank(INTRUDER);
        (bool done,) = target.call(data);
        require(!done, "an intruder was obeyed");
    }
}
