// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {ComputeToken} from "../src/ComputeToken.sol";
import {SettlementVault} from "../src/SettlementVault.sol";
import {payout, same, vm} from "./Vm.sol";

contract SettlementVaultTest {
    address private constant SETTLER = address(0x5E77);
    address private constant GUARDIAN = address(0x6A6D);
    bytes32 private constant HEADS = keccak256("heads");
    bytes32 private constant BATCH = keccak256("batch");

    SettlementVault private vault;
    ComputeToken private token;

    function setUp() public {
        vault = new SettlementVault(1 days, address(this), SETTLER, GUARDIAN);
        token = vault.token();
    }

    function test_mintsPaysAndAnnouncesInOneTransaction() public {
        bytes32[] memory payouts = _two(10, 20);
        vm.expectEmit(true, true, true, true, address(vault));
        emit SettlementVault.BatchSettled(BATCH, HEADS, 100, 0, 30, 2);
        _settle(BATCH, 100, 0, payouts);
        same(token.balanceOf(address(0x1001)), 10, "first payee");
        same(token.balanceOf(address(0x1002)), 20, "second payee");
        same(token.balanceOf(address(vault)), 70, "vault");
        same(token.totalSupply(), 100, "supply");
        same(vault.totalPaid(), 30, "total paid");
        require(vault.settled(BATCH), "settled");
    }

    function testFuzz_followsTheLedgersSupply(uint96 minted, uint96 burned, uint96 paid) public {
        vm.assume(minted != 0 && paid != 0 && uint256(burned) + paid <= minted);
        _settle(BATCH, minted, 0, new bytes32[](0));
        _settle(keccak256("next"), 0, burned, _one(address(0x1001), paid));
        same(token.totalSupply(), minted - burned, "supply");
        same(token.balanceOf(address(vault)), minted - burned - paid, "vault");
        same(vault.totalMinted(), minted, "total minted");
        same(vault.totalBurned(), burned, "total burned");
        same(vault.totalPaid(), paid, "total paid");
    }

    function test_mintsBeforeItBurnsAndPays() public {
        _settle(BATCH, 100, 40, _one(address(0x1001), 60));
        same(token.totalSupply(), 60, "supply");
        same(token.balanceOf(address(vault)), 0, "vault");
    }

    function testFuzz_refusesABatchIdTwiceWhateverItSays(uint96 minted, uint96 amount) public {
        vm.assume(amount != 0);
        _settle(BATCH, 100, 0, _one(address(0x1001), 50));
        vm.expectRevert(abi.encodeWithSelector(SettlementVault.BatchAlreadySettled.selector, BATCH));
        _settle(BATCH, minted, 0, _one(address(0x1001), amount));
        same(token.balanceOf(address(0x1001)), 50, "paid once");
    }

    function test_aRefusedBatchLeavesItsIdUnused() public {
        vm.expectRevert(abi.encodeWithSelector(SettlementVault.InsufficientVault.selector, 10, 50));
        _settle(BATCH, 10, 0, _one(address(0x1001), 50));
        require(!vault.settled(BATCH), "still open");
        _settle(BATCH, 50, 0, _one(address(0x1001), 50));
        same(token.balanceOf(address(0x1001)), 50, "paid");
    }

    function test_refusesToBurnMoreThanItHolds() public {
        vm.expectRevert(abi.encodeWithSelector(SettlementVault.InsufficientVault.selector, 0, 1));
        _settle(BATCH, 0, 1, new bytes32[](0));
    }

    function test_refusesABatchThatChangesNothing() public {
        vm.expectRevert(abi.encodeWithSelector(SettlementVault.EmptyBatch.selector));
        _settle(BATCH, 0, 0, new bytes32[](0));
    }

    function testFuzz_refusesPayeesThatDoNotAscend(address first, address second) public {
        vm.assume(first != address(0) && second <= first);
        vm.assume(first != address(vault) && first != address(token));
        bytes32[] memory payouts = new bytes32[](2);
        (payouts[0], payouts[1]) = (payout(first, 1), payout(second, 1));
        vm.expectRevert(abi.encodeWithSelector(SettlementVault.PayeesNotAscending.selector, 1));
        _settle(BATCH, 2, 0, payouts);
    }

    function test_refusesTheZeroAddressItselfAndTheToken() public {
        vm.expectRevert(abi.encodeWithSelector(SettlementVault.PayeesNotAscending.selector, 0));
        _settle(BATCH, 1, 0, _one(address(0), 1));
        vm.expectRevert(abi.encodeWithSelector(SettlementVault.ForbiddenPayee.selector, address(vault)));
        _settle(BATCH, 1, 0, _one(address(vault), 1));
        vm.expectRevert(abi.encodeWithSelector(SettlementVault.ForbiddenPayee.selector, address(token)));
        _settle(BATCH, 1, 0, _one(address(token), 1));
    }

    function test_refusesAPayoutOfNothing() public {
        vm.expectRevert(abi.encodeWithSelector(SettlementVault.ZeroPayout.selector, 0));
        _settle(BATCH, 1, 0, _one(address(0x1001), 0));
    }

    function testFuzz_onlyTheSettlerSettles(address stranger) public {
        vm.assume(stranger != SETTLER);
        bytes memory refusal = _unauthorised(stranger, vault.SETTLER_ROLE());
        vm.expectRevert(refusal);
        vm.prank(stranger);
        vault.settle(BATCH, 1, 0, HEADS, new bytes32[](0));
    }

    function testFuzz_paysTheLargestPackedAmount(address payee) public {
        vm.assume(payee != address(0) && payee != address(vault) && payee != address(token));
        uint256 largest = type(uint96).max;
        _settle(BATCH, largest, 0, _one(payee, largest));
        same(token.balanceOf(payee), largest, "payee");
    }

    function test_theGuardianStopsAndOnlyTheAdminResumes() public {
        vm.prank(GUARDIAN);
        vault.pause();
        vm.expectRevert(abi.encodeWithSelector(Pausable.EnforcedPause.selector));
        _settle(BATCH, 1, 0, new bytes32[](0));
        vm.expectRevert(_unauthorised(GUARDIAN, bytes32(0)));
        vm.prank(GUARDIAN);
        vault.unpause();
        vault.unpause();
        _settle(BATCH, 1, 0, new bytes32[](0));
        same(token.totalSupply(), 1, "supply");
    }

    function testFuzz_onlyTheGuardianStops(address stranger) public {
        vm.assume(stranger != GUARDIAN);
        bytes memory refusal = _unauthorised(stranger, vault.GUARDIAN_ROLE());
        vm.expectRevert(refusal);
        vm.prank(stranger);
        vault.pause();
    }

    function test_theAdminIsReplacedOnlyAfterTheDelay() public {
        address next = address(0xAD);
        vault.beginDefaultAdminTransfer(next);
        vm.prank(next);
        try vault.acceptDefaultAdminTransfer() {
            revert("accepted before the delay");
        } catch {}
        vm.warp(block.timestamp + 1 days + 1);
        vm.prank(next);
        vault.acceptDefaultAdminTransfer();
        require(vault.defaultAdmin() == next, "admin");
    }

    function _settle(bytes32 batchId, uint256 minted, uint256 burned, bytes32[] memory payouts) private {
        vm.prank(SETTLER);
        vault.settle(batchId, minted, burned, HEADS, payouts);
    }

    function _one(address payee, uint256 amount) private pure returns (bytes32[] memory payouts) {
        payouts = new bytes32[](1);
        payouts[0] = payout(payee, amount);
    }

    function _two(uint256 first, uint256 second) private pure returns (bytes32[] memory payouts) {
        payouts = new bytes32[](2);
        (payouts[0], payouts[1]) = (payout(address(0x1001), first), payout(address(0x1002), second));
    }

    function _unauthorised(address account, bytes32 role) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, account, role);
    }
}
